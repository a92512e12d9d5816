#ifndef MRG_GATEWAY_TRANSLATION_TESTING_SMALL_PACK_H_
#define MRG_GATEWAY_TRANSLATION_TESTING_SMALL_PACK_H_

// A small dictionary and a pack that uses every form once, for tests that change one thing.

namespace mrg {

inline constexpr char kSmallDictionary[] = R"(
version: 1
elements { id: "number" type: ELEMENT_TYPE_TEXT sensitivity: ELEMENT_SENSITIVITY_PUBLIC name_zh: "编号" }
elements { id: "area" type: ELEMENT_TYPE_TEXT sensitivity: ELEMENT_SENSITIVITY_PUBLIC name_zh: "区划" }
elements { id: "remark" type: ELEMENT_TYPE_TEXT sensitivity: ELEMENT_SENSITIVITY_PUBLIC name_zh: "备注" }
elements { id: "issued" type: ELEMENT_TYPE_DATE sensitivity: ELEMENT_SENSITIVITY_PUBLIC name_zh: "颁发日期" }
elements {
  id: "expires" type: ELEMENT_TYPE_DATE may_be_long_term: true
  sensitivity: ELEMENT_SENSITIVITY_PUBLIC name_zh: "截止日期"
}
elements { id: "sex" type: ELEMENT_TYPE_CODE code_list: "sex" sensitivity: ELEMENT_SENSITIVITY_PUBLIC name_zh: "性别" }
elements {
  id: "classes" type: ELEMENT_TYPE_CODE code_list: "classes" repeatable: true
  sensitivity: ELEMENT_SENSITIVITY_PUBLIC name_zh: "准驾车型"
}
elements {
  id: "trailers" type: ELEMENT_TYPE_CODE code_list: "classes" repeatable: true
  sensitivity: ELEMENT_SENSITIVITY_PUBLIC name_zh: "挂车"
}
elements { id: "points" type: ELEMENT_TYPE_INTEGER sensitivity: ELEMENT_SENSITIVITY_PUBLIC name_zh: "累积记分" }
elements { id: "years" type: ELEMENT_TYPE_INTEGER sensitivity: ELEMENT_SENSITIVITY_PUBLIC name_zh: "年限" }
elements { id: "capital" type: ELEMENT_TYPE_DECIMAL sensitivity: ELEMENT_SENSITIVITY_PUBLIC name_zh: "注册资本" }
elements { id: "paid" type: ELEMENT_TYPE_DECIMAL sensitivity: ELEMENT_SENSITIVITY_PUBLIC name_zh: "实缴" }
elements { id: "holder" type: ELEMENT_TYPE_TEXT repeatable: true sensitivity: ELEMENT_SENSITIVITY_PUBLIC name_zh: "持证主体" }
elements { id: "holderCode" type: ELEMENT_TYPE_TEXT repeatable: true sensitivity: ELEMENT_SENSITIVITY_PUBLIC name_zh: "代码" }
elements { id: "elsewhere" type: ELEMENT_TYPE_TEXT sensitivity: ELEMENT_SENSITIVITY_PUBLIC name_zh: "别处" }
code_lists { id: "sex" codes { code: "1" } codes { code: "2" } codes { code: "9" } }
code_lists { id: "classes" codes { code: "A1" } codes { code: "A2" } codes { code: "C1" } codes { code: "D" } }
)";

inline constexpr char kSmallPack[] = R"(
type_code: "11100000XX0000019L003"
standard: "small"
version: "1"
owner_jurisdiction: "31"
dictionary_version: 1
fields { name: "kind" constant { text: "sample" } }
fields { name: "no" element_id: "number" text {} }
fields { name: "area" element_id: "area" empty_when_absent: true text {} }
fields { name: "issued" element_id: "issued" date { layouts: DATE_LAYOUT_EXTENDED layouts: DATE_LAYOUT_BASIC } }
fields { name: "expires" element_id: "expires" date { layouts: DATE_LAYOUT_CHINESE long_term_text: "长期" } }
fields { name: "sex" element_id: "sex" code { table: "sexes" } }
fields { name: "classes" element_id: "classes" code { layout: CODE_LAYOUT_JOINED } }
fields { name: "trailers" element_id: "trailers" code { layout: CODE_LAYOUT_ARRAY } }
fields { name: "points" element_id: "points" integer { as_text: true } }
fields { name: "years" element_id: "years" integer {} }
fields { name: "holders" rows {
  fields { name: "role" constant { text: "holder" } }
  fields { name: "name" element_id: "holder" text {} }
  fields { name: "code" element_id: "holderCode" text {} }
} }
fields { name: "face" json_text: true object {
  fields { name: "capital" element_id: "capital" decimal { layout: DECIMAL_LAYOUT_OBJECT } }
} }
fields { name: "data" json_text: true name_value {
  name_member: "n" value_member: "v"
  constants { name: "t" constant { text: "s" } }
  fields { name: "实缴" element_id: "paid" decimal { layout: DECIMAL_LAYOUT_CHINESE_CAPITAL } }
  fields { name: "备注" element_id: "remark" text {} }
} }
code_tables {
  id: "sexes" list: "sex"
  pairs { text: "男" code: "1" accuracy: PAIR_ACCURACY_EXACT }
  pairs { text: "男性" code: "1" accuracy: PAIR_ACCURACY_EXACT }
  pairs { text: "不明" code: "9" accuracy: PAIR_ACCURACY_BROADER }
  pairs { text: "其他" accuracy: PAIR_ACCURACY_NONE }
}
declared_losses { element_id: "elsewhere" why: "no place" }
tests {
  name: "whole"
  document: '{"kind":"sample","no":"S-1","area":"310101","issued":"2026-01-05","expires":"长期","sex":"男","classes":"A1A2D","trailers":["C1"],"points":"3","years":6,"holders":[{"role":"holder","name":"甲","code":"1"},{"role":"holder","name":"乙","code":"2"}],"face":"{\\"capital\\":{\\"value\\":\\"5.0\\",\\"unit\\":\\"万元\\",\\"currency\\":\\"USD\\"}}","data":"[{\\"t\\":\\"s\\",\\"n\\":\\"实缴\\",\\"v\\":\\"人民币壹万元整\\"},{\\"t\\":\\"s\\",\\"n\\":\\"备注\\",\\"v\\":\\"无\\"}]"}'
  elements { id: "number" values: "S-1" }
  elements { id: "area" values: "310101" }
  elements { id: "issued" values: "2026-01-05" }
  elements { id: "expires" values: "长期" }
  elements { id: "sex" values: "1" }
  elements { id: "classes" values: "A1" values: "A2" values: "D" }
  elements { id: "trailers" values: "C1" }
  elements { id: "points" values: "3" }
  elements { id: "years" values: "6" }
  elements { id: "holder" values: "甲" values: "乙" }
  elements { id: "holderCode" values: "1" values: "2" }
  elements { id: "capital" values: "5.0 万元 USD" }
  elements { id: "paid" values: "1.00 万元 CNY" }
  elements { id: "remark" values: "无" }
}
tests {
  name: "written"
  elements { id: "number" values: "S-1" }
  elements { id: "elsewhere" values: "x" }
  written: '{"kind":"sample","no":"S-1","area":""}'
  lost: "elsewhere"
}
)";

}  // namespace mrg

#endif  // MRG_GATEWAY_TRANSLATION_TESTING_SMALL_PACK_H_
