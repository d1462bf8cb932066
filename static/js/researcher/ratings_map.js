import { byId } from "../shared/dom.js";
import { createScope } from "../shared/scope.js";
import { playButtons } from "./sounds.js";

playButtons(createScope(), byId("ratings-map"));
