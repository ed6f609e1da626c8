// Starts the page: styles, engine, saved verdicts and rules.
import "./styles/base.css";
import "./styles/queue.css";
import "./styles/prescription.css";
import "./styles/rules.css";
import "./styles/graph.css";
import { render } from "preact";
import { App } from "./app";
import { start } from "./start";

const root = document.getElementById("app");
if (!root) throw new Error("index.html has no #app");
render(<App />, root);
void start();
