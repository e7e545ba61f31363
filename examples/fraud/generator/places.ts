/** A state with the language that most people use in it, its share of all users, and some of its cities. */
export interface State {
  readonly name: string;
  readonly language: string;
  readonly weight: number;
  readonly cities: readonly [string, ...string[]];
}

const state = (name: string, language: string, weight: number, ...cities: State['cities']): State => ({
  name,
  language,
  weight,
  cities,
});

/** The 28 states, and which of the 11 languages of a bank's app most people there choose; weights are rough. */
export const STATES: readonly State[] = [
  state('Andhra Pradesh', 'Telugu', 4.1, 'Visakhapatnam', 'Vijayawada', 'Guntur'),
  state('Arunachal Pradesh', 'English', 0.2, 'Itanagar'),
  state('Assam', 'Assamese', 2.3, 'Guwahati', 'Silchar'),
  state('Bihar', 'Hindi', 6.5, 'Patna', 'Gaya', 'Muzaffarpur'),
  state('Chhattisgarh', 'Hindi', 2.1, 'Raipur', 'Bhilai'),
  state('Goa', 'Marathi', 0.4, 'Panaji', 'Margao'),
  state('Gujarat', 'Gujarati', 6, 'Ahmedabad', 'Surat', 'Vadodara', 'Rajkot'),
  state('Haryana', 'Hindi', 3, 'Gurugram', 'Faridabad'),
  state('Himachal Pradesh', 'Hindi', 0.6, 'Shimla'),
  state('Jharkhand', 'Hindi', 2.4, 'Ranchi', 'Jamshedpur'),
  state('Karnataka', 'Kannada', 7.5, 'Bengaluru', 'Mysuru', 'Hubballi'),
  state('Kerala', 'Malayalam', 3.5, 'Kochi', 'Thiruvananthapuram', 'Kozhikode'),
  state('Madhya Pradesh', 'Hindi', 5, 'Indore', 'Bhopal', 'Jabalpur'),
  state('Maharashtra', 'Marathi', 13, 'Mumbai', 'Pune', 'Nagpur', 'Nashik'),
  state('Manipur', 'English', 0.3, 'Imphal'),
  state('Meghalaya', 'English', 0.3, 'Shillong'),
  state('Mizoram', 'English', 0.1, 'Aizawl'),
  state('Nagaland', 'English', 0.2, 'Kohima', 'Dimapur'),
  state('Odisha', 'Odia', 3, 'Bhubaneswar', 'Cuttack'),
  state('Punjab', 'Hindi', 2.5, 'Ludhiana', 'Amritsar'),
  state('Rajasthan', 'Hindi', 5.5, 'Jaipur', 'Jodhpur', 'Udaipur'),
  state('Sikkim', 'English', 0.1, 'Gangtok'),
  state('Tamil Nadu', 'Tamil', 7, 'Chennai', 'Coimbatore', 'Madurai'),
  state('Telangana', 'Telugu', 5, 'Hyderabad', 'Warangal'),
  state('Tripura', 'Bengali', 0.3, 'Agartala'),
  state('Uttar Pradesh', 'Hindi', 11, 'Lucknow', 'Noida', 'Kanpur', 'Varanasi'),
  state('Uttarakhand', 'Hindi', 0.9, 'Dehradun'),
  state('West Bengal', 'Bengali', 6.5, 'Kolkata', 'Siliguri', 'Asansol'),
];
