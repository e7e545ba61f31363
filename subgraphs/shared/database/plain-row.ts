/** A row as the ORM types it: a nullable column may also be undefined. */
type Loose<Value> = { [Name in keyof Value]: null extends Value[Name] ? Value[Name] | undefined : Value[Name] };

/** Copies a managed row out: the row itself would change under the caller when it is saved. */
export function plainRow<Value extends object>(row: Loose<Value>): Value {
  return { ...row } as Value;
}
