// Every page: the behaviour of the GOV.UK components.
import { initAll } from "../vendor/govuk-frontend.min.js";

initAll();
