import { describePlanners } from '../fixture/planners.ts';

describePlanners(600, 20_260_302);
