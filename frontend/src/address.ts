// Addresses that keep everything. No DOM here: tested with Node alone.

/** The address with one parameter set (removed when empty), the others and their order kept, without its fragment. */
export function withParameter(address: string, name: string, value: string): string {
  const url = new URL(address);
  if (value) url.searchParams.set(name, value);
  else url.searchParams.delete(name);
  url.hash = "";
  return readable(url);
}

/** The address a GET form leads to. Empty fields are left out: the server's defaults need no parameter. */
export function formAddress(action: string, fields: Iterable<readonly [string, unknown]>): string {
  const url = new URL(action);
  url.search = "";
  url.hash = "";
  for (const [name, value] of fields) {
    if (typeof value === "string" && value !== "") url.searchParams.append(name, value);
  }
  return readable(url);
}

/** `commune:62119` stays legible: a colon needs no escape in a query (RFC 3986, 3.4). */
function readable(url: URL): string {
  return url.href.replace(/%3A/gi, ":");
}

/** An address template filled with the parts of a territory key: `/territoires/{level}/{code}/`. */
export function territoryAddress(template: string, key: string): string {
  const [level = "", code = ""] = key.split(":", 2);
  return template.replace("{level}", encodeURIComponent(level)).replace("{code}", encodeURIComponent(code));
}

/** Whether two addresses name the same page state, fragments aside. */
export function samePage(left: string, right: string): boolean {
  return left.split("#", 1)[0] === right.split("#", 1)[0];
}
