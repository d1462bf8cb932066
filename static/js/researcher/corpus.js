import { createScope } from "../shared/scope.js";
import { playButtons } from "./sounds.js";

playButtons(createScope(), document.body);
