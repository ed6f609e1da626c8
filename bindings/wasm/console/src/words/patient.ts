// The patient in a few words.
import { t } from "../i18n";
import type { Row } from "../model";
import { operandUnits } from "./fields";
import * as terms from "./terms";

/** Sex and age as the record gives them; what is not given is said. */
export function patientLine(row: Row): string {
  const { sex, age, birth } = row.patient;
  const parts = [sex ? terms.sex(sex) : "", operandUnits(age || birth || "")].filter(Boolean);
  return parts.length > 0 ? parts.join(" ") : `${t("patient")} ${t("not_stated")}`;
}
