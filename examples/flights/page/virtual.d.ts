declare module 'virtual:map' {
  const facts: unknown;
  export default facts;
}
