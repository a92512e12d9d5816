#include "gateway/translation/pack_checks.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/catalogue/check_digits.h"
#include "gateway/translation/date_layout.h"

namespace mrg {
namespace {

using gateway::v1::DictionaryElement;
using gateway::v1::MappingPack;
using gateway::v1::PackField;

constexpr size_t kNameBytesMax = 128;
constexpr size_t kVersionBytesMax = 32;

// [a-z0-9.-]{1,32}: a version becomes a part of a target path.
bool IsVersion(absl::string_view text) {
  return !text.empty() && text.size() <= kVersionBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '.' || c == '-';
         });
}

gateway::v1::ElementType TypeOf(PackField::FormCase form) {
  switch (form) {
    case PackField::kText:
      return gateway::v1::ELEMENT_TYPE_TEXT;
    case PackField::kDate:
      return gateway::v1::ELEMENT_TYPE_DATE;
    case PackField::kCode:
      return gateway::v1::ELEMENT_TYPE_CODE;
    case PackField::kInteger:
      return gateway::v1::ELEMENT_TYPE_INTEGER;
    case PackField::kDecimal:
      return gateway::v1::ELEMENT_TYPE_DECIMAL;
    default:
      return gateway::v1::ELEMENT_TYPE_UNSPECIFIED;
  }
}

bool IsContainer(PackField::FormCase form) {
  return form == PackField::kObject || form == PackField::kRows || form == PackField::kNameValue;
}

// Result: true when no text begins with another, so that greedy reading finds the one reading.
bool AreToldApart(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  return std::adjacent_find(texts.begin(), texts.end(), [](const auto& one, const auto& next) {
           return absl::StartsWith(next, one);
         }) == texts.end();
}

// Where a field stands.
struct Surroundings {
  std::string path;   // of the container; empty at the top
  std::string parts;  // of the file: "fields[3].object."; empty at the top
  int depth = 0;
  int json_texts = 0;
  bool in_rows = false;
  bool in_name_value = false;
};

class Checker {
 public:
  Checker(const MappingPack& pack, const Dictionary& dictionary)
      : pack_(pack), dictionary_(dictionary) {}

  absl::Status Check() {
    MRG_RETURN_IF_ERROR(CheckHead());
    for (int i = 0; i < pack_.code_tables_size(); ++i) {
      part_ = absl::StrCat("code_tables[", i, "]");
      MRG_RETURN_IF_ERROR(CheckTable(pack_.code_tables(i)));
    }
    part_.clear();
    MRG_RETURN_IF_ERROR(CheckFields(pack_.fields(), Surroundings()));
    for (int i = 0; i < pack_.code_tables_size(); ++i) {
      part_ = absl::StrCat("code_tables[", i, "]");
      const std::string& id = pack_.code_tables(i).id();
      if (used_tables_.count(id) == 0) return Refuse(id, "no field uses the code table");
    }
    MRG_RETURN_IF_ERROR(CheckLosses());
    return CheckTests();
  }

 private:
  // `place`: what people call the part that is looked at; at the top the name of its field.
  absl::Status Refuse(absl::string_view place, absl::string_view detail) const {
    if (part_.empty()) return MakeFieldError(Reason::kPackInvalid, place, detail);
    return MakeFieldError(Reason::kPackInvalid, part_, absl::StrCat(place, ": ", detail));
  }

  absl::Status CheckHead() const {
    if (TypeCodeRefusal(pack_.type_code()).has_value()) {
      return Refuse("type_code", "expected a licence-type code with right check digits");
    }
    if (!StandardId::Parse(pack_.standard()).ok()) {
      return Refuse("standard", absl::StrCat("expected ", StandardIdKind::kExpected));
    }
    if (!IsVersion(pack_.version())) return Refuse("version", "expected [a-z0-9.-]{1,32}");
    if (!IsProvinceCode(pack_.owner_jurisdiction())) {
      return Refuse("owner_jurisdiction", "expected a province code of GB/T 2260");
    }
    if (pack_.dictionary_version() == 0 || pack_.dictionary_version() > dictionary_.version()) {
      return Refuse("dictionary_version",
                    absl::StrCat("expected a version from 1 to ", dictionary_.version()));
    }
    if (pack_.fields().empty()) return Refuse("fields", "expected at least one");
    return absl::OkStatus();
  }

  absl::Status CheckTable(const gateway::v1::CodeTable& table) {
    if (!StandardId::Parse(table.id()).ok()) {
      return Refuse("code_tables.id", "expected [a-z0-9-]{1,64}");
    }
    if (!tables_.emplace(table.id(), &table).second) return Refuse(table.id(), "stands twice");
    const CodeList* list = dictionary_.FindCodeList(table.list());
    if (list == nullptr) {
      return Refuse(table.id(), absl::StrCat("the dictionary has no code list ", table.list()));
    }
    if (table.pairs().empty()) return Refuse(table.id(), "expected at least one pair");
    std::set<std::string> texts;
    for (const auto& pair : table.pairs()) {
      if (pair.text().empty()) return Refuse(table.id(), "a pair has no text");
      if (!texts.insert(pair.text()).second) {
        return Refuse(table.id(), absl::StrCat("ambiguous: ", pair.text(), " stands twice"));
      }
      if (pair.accuracy() == gateway::v1::PAIR_ACCURACY_UNSPECIFIED ||
          !gateway::v1::PairAccuracy_IsValid(pair.accuracy())) {
        return Refuse(table.id(), absl::StrCat("expected an accuracy of ", pair.text()));
      }
      const bool none = pair.accuracy() == gateway::v1::PAIR_ACCURACY_NONE;
      if (none != pair.code().empty()) {
        return Refuse(table.id(), absl::StrCat(pair.text(), " has a code exactly when not NONE"));
      }
      if (!none && !list->Contains(pair.code())) {
        return Refuse(table.id(), absl::StrCat(pair.code(), " is not in list ", table.list()));
      }
    }
    return absl::OkStatus();
  }

  template <typename Fields>
  absl::Status CheckFields(const Fields& fields, const Surroundings& around) {
    if (around.depth > kPackDepthMax) {
      return Refuse(around.path, absl::StrCat("more than ", kPackDepthMax, " levels"));
    }
    if (fields.empty()) return Refuse(around.path, "expected at least one field");
    std::set<std::string> names;
    for (int i = 0; i < fields.size(); ++i) {
      const PackField& field = fields[i];
      part_ = absl::StrCat(around.parts, "fields[", i, "]");
      const std::string path =
          around.path.empty() ? field.name() : absl::StrCat(around.path, ".", field.name());
      if (++count_ > kPackFieldsMax) {
        return Refuse(path, absl::StrCat("more than ", kPackFieldsMax, " fields"));
      }
      if (field.name().empty() || field.name().size() > kNameBytesMax) {
        return Refuse(path, absl::StrCat("expected a name of 1 to ", kNameBytesMax, " bytes"));
      }
      if (!names.insert(field.name()).second) return Refuse(path, "overlap: the name stands twice");
      MRG_RETURN_IF_ERROR(CheckField(field, path, around));
    }
    return absl::OkStatus();
  }

  absl::Status CheckField(const PackField& field, const std::string& path,
                          const Surroundings& around) {
    if (field.form_case() == PackField::FORM_NOT_SET) return Refuse(path, "expected a form");
    if (IsContainer(field.form_case())) return CheckContainer(field, path, around);
    if (field.json_text()) return Refuse(path, "only an object or an array is JSON inside a text");
    if (field.form_case() == PackField::kConstant) {
      if (!field.element_id().empty() || field.empty_when_absent() || around.in_name_value) {
        return Refuse(path, "a constant holds no element and is never empty or a named value");
      }
      return absl::OkStatus();
    }
    if (field.form_case() == PackField::kIgnored) {
      if (!field.element_id().empty() || field.empty_when_absent()) {
        return Refuse(path, "what is ignored holds no element and is never written");
      }
      return absl::OkStatus();
    }
    return CheckValue(field, path, around);
  }

  absl::Status CheckContainer(const PackField& field, const std::string& path,
                              const Surroundings& around) {
    if (!field.element_id().empty() || field.empty_when_absent()) {
      return Refuse(path, "a container holds no element and is never empty");
    }
    if (around.in_rows || around.in_name_value) return Refuse(path, "no containers in rows");
    Surroundings inside;
    inside.path = path;
    inside.depth = around.depth + 1;
    inside.json_texts = around.json_texts + (field.json_text() ? 1 : 0);
    if (inside.json_texts > kPackJsonTextDepthMax) {
      return Refuse(path, absl::StrCat("more than ", kPackJsonTextDepthMax, " texts in texts"));
    }
    if (field.form_case() == PackField::kObject) {
      inside.parts = absl::StrCat(part_, ".object.");
      return CheckFields(field.object().fields(), inside);
    }
    if (field.form_case() == PackField::kRows) {
      inside.parts = absl::StrCat(part_, ".rows.");
      inside.in_rows = true;
      return CheckFields(field.rows().fields(), inside);
    }
    const auto& list = field.name_value();
    std::set<std::string> members = {list.name_member(), list.value_member()};
    if (members.size() != 2 || members.count("") != 0) {
      return Refuse(path, "expected two different members for name and value");
    }
    for (const PackField& constant : list.constants()) {
      const bool is_constant = constant.form_case() == PackField::kConstant ||
                               constant.form_case() == PackField::kIgnored;
      if (!is_constant || !constant.element_id().empty() || constant.name().empty() ||
          !members.insert(constant.name()).second) {
        return Refuse(path, "expected constants and ignored members with names of their own");
      }
    }
    inside.parts = absl::StrCat(part_, ".name_value.");
    inside.in_name_value = true;
    return CheckFields(list.fields(), inside);
  }

  absl::Status CheckValue(const PackField& field, const std::string& path,
                          const Surroundings& around) {
    const DictionaryElement* element = dictionary_.Find(field.element_id());
    if (element == nullptr) {
      return Refuse(path, absl::StrCat("the dictionary has no element ", field.element_id()));
    }
    if (!elements_.insert(field.element_id()).second) {
      return Refuse(path,
                    absl::StrCat("overlap: ", field.element_id(), " has another place already"));
    }
    if (element->type() != TypeOf(field.form_case())) {
      return Refuse(path, absl::StrCat("wrong type: ", field.element_id(), " is not of this form"));
    }
    if (around.in_rows && !element->repeatable()) {
      return Refuse(path, absl::StrCat(field.element_id(), " is not repeatable"));
    }
    bool is_text = true;
    switch (field.form_case()) {
      case PackField::kDate:
        MRG_RETURN_IF_ERROR(CheckDate(field.date(), *element, path));
        break;
      case PackField::kCode:
        MRG_RETURN_IF_ERROR(CheckCode(field.code(), *element, path, around));
        is_text = field.code().layout() != gateway::v1::CODE_LAYOUT_ARRAY;
        break;
      case PackField::kInteger:
        is_text = field.integer().as_text();
        break;
      case PackField::kDecimal:
        if (field.decimal().layout() == gateway::v1::DECIMAL_LAYOUT_UNSPECIFIED ||
            !gateway::v1::DecimalLayout_IsValid(field.decimal().layout())) {
          return Refuse(path, "expected a layout of the amount");
        }
        is_text = field.decimal().layout() == gateway::v1::DECIMAL_LAYOUT_CHINESE_CAPITAL;
        break;
      default:
        break;
    }
    if (field.empty_when_absent() && (!is_text || around.in_rows)) {
      return Refuse(path, "only a text outside rows can be empty when absent");
    }
    return absl::OkStatus();
  }

  absl::Status CheckDate(const gateway::v1::DateForm& form, const DictionaryElement& element,
                         const std::string& path) const {
    std::set<int> layouts;
    for (const int layout : form.layouts()) {
      if (layout == gateway::v1::DATE_LAYOUT_UNSPECIFIED ||
          !gateway::v1::DateLayout_IsValid(layout) || !layouts.insert(layout).second) {
        return Refuse(path, "expected known date layouts, each once");
      }
      const auto known = static_cast<gateway::v1::DateLayout>(layout);
      if (ReadDate(form.long_term_text(), known).has_value()) {
        return Refuse(path, "ambiguous: the text for no end is a date too");
      }
    }
    if (layouts.empty()) return Refuse(path, "expected a date layout");
    if (!form.long_term_text().empty() && !element.may_be_long_term()) {
      return Refuse(path, absl::StrCat(element.id(), " always has a date"));
    }
    return absl::OkStatus();
  }

  absl::Status CheckCode(const gateway::v1::CodeForm& form, const DictionaryElement& element,
                         const std::string& path, const Surroundings& around) {
    if (!gateway::v1::CodeLayout_IsValid(form.layout())) return Refuse(path, "unknown layout");
    const bool several = form.layout() != gateway::v1::CODE_LAYOUT_UNSPECIFIED;
    if (several && (!element.repeatable() || around.in_rows)) {
      return Refuse(path, absl::StrCat(element.id(), " has one code here"));
    }
    std::vector<std::string> texts;
    if (form.table().empty()) {
      texts = dictionary_.FindCodeList(element.code_list())->Codes();
    } else {
      auto table = tables_.find(form.table());
      if (table == tables_.end()) return Refuse(path, absl::StrCat("no table ", form.table()));
      if (table->second->list() != element.code_list()) {
        return Refuse(path, absl::StrCat("wrong type: ", form.table(), " is of another list"));
      }
      used_tables_.insert(form.table());
      for (const auto& pair : table->second->pairs()) texts.push_back(pair.text());
    }
    if (form.layout() == gateway::v1::CODE_LAYOUT_JOINED && !AreToldApart(texts)) {
      return Refuse(path,
                    "ambiguous: a text begins with another, so that joined ones cannot be read");
    }
    return absl::OkStatus();
  }

  absl::Status CheckLosses() {
    std::set<std::string> lost;
    for (int i = 0; i < pack_.declared_losses_size(); ++i) {
      const auto& loss = pack_.declared_losses(i);
      part_ = absl::StrCat("declared_losses[", i, "]");
      if (dictionary_.Find(loss.element_id()) == nullptr) {
        return Refuse("declared_losses",
                      absl::StrCat("the dictionary has no element ", loss.element_id()));
      }
      if (elements_.count(loss.element_id()) != 0 || !lost.insert(loss.element_id()).second) {
        return Refuse("declared_losses",
                      absl::StrCat(loss.element_id(), " has a place or stands twice"));
      }
      if (loss.why().empty()) return Refuse("declared_losses", "expected a why");
    }
    return absl::OkStatus();
  }

  absl::Status CheckTests() {
    part_.clear();
    if (pack_.tests().empty()) return Refuse("tests", "missing: expected at least one");
    std::set<std::string> names;
    std::set<std::string> read;
    bool writes = false;
    for (int i = 0; i < pack_.tests_size(); ++i) {
      const auto& test = pack_.tests(i);
      part_ = absl::StrCat("tests[", i, "]");
      if (test.name().empty() || !names.insert(test.name()).second) {
        return Refuse("tests", "expected a name of its own for each");
      }
      if (test.document().empty() && test.written().empty()) {
        return Refuse(test.name(), "expected a document, written or to read");
      }
      writes |= !test.written().empty();
      for (const auto& element : test.elements()) {
        if (!test.document().empty()) read.insert(element.id());
      }
    }
    part_.clear();
    for (const std::string& id : elements_) {
      if (read.count(id) == 0) return Refuse("tests", absl::StrCat("missing: none reads ", id));
    }
    if (!writes) return Refuse("tests", "missing: none writes a document");
    return absl::OkStatus();
  }

  const MappingPack& pack_;
  const Dictionary& dictionary_;
  std::string part_;  // of the file, that is looked at; empty: the top
  int count_ = 0;
  std::map<std::string, const gateway::v1::CodeTable*> tables_;
  std::set<std::string> used_tables_;
  std::set<std::string> elements_;  // that have a place
};

}  // namespace

absl::Status CheckPack(const MappingPack& pack, const Dictionary& dictionary) {
  return Checker(pack, dictionary).Check();
}

}  // namespace mrg
