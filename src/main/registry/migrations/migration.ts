/** One numbered change of the schema. A migration that has been released is never edited; the next one corrects it. */
export interface Migration {
  /** 1, 2, 3 …: the `user_version` of the file afterwards. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}
