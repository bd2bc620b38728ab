import assert from "node:assert/strict";
import test from "node:test";
import { formAddress, samePage, territoryAddress, withParameter } from "../src/address";

const PAGE = "http://localhost/indicateurs/x/y/?niveau=commune&dans=perimeter:artois&periode=2023#carte";

test("a territory chosen keeps all the rest of the address", () => {
  const chosen = withParameter(PAGE, "territoire", "commune:62119");
  assert.equal(
    chosen,
    "http://localhost/indicateurs/x/y/?niveau=commune&dans=perimeter:artois&periode=2023&territoire=commune:62119",
  );
  const other = withParameter(chosen, "territoire", "commune:2A004");
  assert.equal(other.split("?")[1].split("&").at(-1), "territoire=commune:2A004");
  assert.equal(withParameter(other, "territoire", ""), PAGE.split("#")[0]);
});

test("a form leads to its fields, without the empty ones and without what its action carried", () => {
  const fields = [
    ["niveau", "epci"],
    ["dans", ""],
    ["t", "commune:62119"],
    ["t", "commune:62498"],
  ];
  assert.equal(
    formAddress("http://localhost/comparer/?ancien=1#haut", fields),
    "http://localhost/comparer/?niveau=epci&t=commune:62119&t=commune:62498",
  );
});

test("what is typed is escaped", () => {
  const address = new URL(formAddress("http://localhost/rechercher/", [["q", "a&b=<c> é"]]));
  assert.equal(address.searchParams.get("q"), "a&b=<c> é");
  assert.equal([...address.searchParams].length, 1);
});

test("a template is filled with the parts of a key", () => {
  assert.equal(territoryAddress("/territoires/{level}/{code}/", "epci:200072460"), "/territoires/epci/200072460/");
  assert.equal(territoryAddress("/t/{level}/{code}/", "commune:../x"), "/t/commune/..%2Fx/");
});

test("a fragment is no other page", () => {
  assert.ok(samePage(PAGE, PAGE.replace("#carte", "#liste")));
  assert.ok(!samePage(PAGE, PAGE.replace("2023", "2017")));
});
