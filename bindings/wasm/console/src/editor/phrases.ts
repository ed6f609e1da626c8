// The editor library's own words in Chinese; English is its default.
import { language } from "../i18n";

export function phrases(): Record<string, string> {
  if (language.value === "en") return {};
  return {
    Find: "查找",
    Replace: "替换",
    next: "下一个",
    previous: "上一个",
    all: "全选",
    "match case": "区分大小写",
    "by word": "整词",
    regexp: "正则",
    replace: "替换",
    "replace all": "全部替换",
    close: "关闭",
    "current match": "当前匹配",
    "on line": "在行",
    "replaced $ matches": "已替换 $ 处",
    "replaced match on line $": "已替换第 $ 行",
    "Go to line": "转到行",
    go: "转到",
    Completions: "补全",
    Diagnostics: "诊断",
    "No diagnostics": "没有诊断",
    "Selection deleted": "已删除所选",
  };
}
