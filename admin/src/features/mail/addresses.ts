/** Addresses as a person types them: between commas, semicolons or line ends, but not inside a quoted name. */
export function splitAddresses(text: string): string[] {
  const parts = text.match(/(?:"(?:[^"\\]|\\.)*"|[^,;\n"])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
