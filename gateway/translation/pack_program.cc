#include "gateway/translation/pack_program.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/translation/strict_json.h"

namespace mrg {
namespace {

using gateway::v1::PackField;

std::shared_ptr<const PackCodeTable> CompileTable(const gateway::v1::CodeTable& message) {
  auto table = std::make_shared<PackCodeTable>();
  for (const auto& pair : message.pairs()) {
    if (pair.accuracy() == gateway::v1::PAIR_ACCURACY_NONE) continue;
    table->code_by_text.emplace(pair.text(), PackCodeTable::Read{pair.code(), pair.accuracy()});
    table->text_by_code.emplace(
        pair.code(),
        PackCodeTable::Written{pair.text(), pair.accuracy() == gateway::v1::PAIR_ACCURACY_EXACT});
    table->text_bytes_max = std::max(table->text_bytes_max, pair.text().size());
  }
  return table;
}

// Result: the name as JSON text and a colon.
std::string Key(absl::string_view name) {
  std::string key;
  AppendJsonText(name, &key);
  key.push_back(':');
  return key;
}

// Result: a row of a name/value list as it is written, up to its value.
std::string RowUpToValue(const PackPlace& list, absl::string_view name) {
  std::string row = "{";
  for (const PackPlace& constant : list.constants) {
    if (constant.form == PackField::kIgnored) continue;
    row.append(constant.key);
    AppendJsonText(constant.constant, &row);
    row.push_back(',');
  }
  row.append(Key(list.name_member));
  AppendJsonText(name, &row);
  row.push_back(',');
  row.append(Key(list.value_member));
  return row;
}

class Compiler {
 public:
  Compiler(const gateway::v1::MappingPack& pack, const Dictionary& dictionary) : pack_(pack) {
    program_.dictionary = dictionary;
    for (const auto& table : pack.code_tables()) tables_.emplace(table.id(), CompileTable(table));
  }

  PackProgram Compile() {
    for (const PackField& field : pack_.fields()) program_.places.push_back(Place(field, ""));
    return std::move(program_);
  }

 private:
  // REQUIRES: the nesting is bounded, as CheckPack says.
  PackPlace Place(const PackField& field, const std::string& parent) {
    PackPlace place;
    place.name = field.name();
    place.path = parent.empty() ? field.name() : absl::StrCat(parent, ".", field.name());
    place.key = Key(field.name());
    place.form = field.form_case();
    place.json_text = field.json_text();
    place.empty_when_absent = field.empty_when_absent();
    place.element_id = field.element_id();
    if (!field.element_id().empty()) {
      place.slot = static_cast<int>(program_.element_ids.size());
      program_.element_ids.push_back(field.element_id());
      program_.paths.push_back(place.path);
      program_.slot_by_id.emplace(field.element_id(), place.slot);
    }
    switch (field.form_case()) {
      case PackField::kDate:
        for (int layout : field.date().layouts()) {
          place.date_layouts.push_back(static_cast<gateway::v1::DateLayout>(layout));
        }
        place.long_term_text = field.date().long_term_text();
        break;
      case PackField::kCode:
        place.code_list = program_.dictionary.FindCodeList(
            program_.dictionary.Find(field.element_id())->code_list());
        place.code_layout = field.code().layout();
        place.table = field.code().table().empty() ? TableOfCodes(*place.code_list)
                                                   : tables_.at(field.code().table());
        break;
      case PackField::kInteger:
        place.integer_as_text = field.integer().as_text();
        break;
      case PackField::kDecimal:
        place.decimal_layout = field.decimal().layout();
        break;
      case PackField::kConstant:
        place.constant = field.constant().text();
        break;
      case PackField::kObject:
        for (const PackField& one : field.object().fields()) {
          place.places.push_back(Place(one, place.path));
        }
        break;
      case PackField::kRows:
        for (const PackField& one : field.rows().fields()) {
          place.places.push_back(Place(one, place.path));
        }
        break;
      case PackField::kNameValue:
        place.name_member = field.name_value().name_member();
        place.value_member = field.name_value().value_member();
        for (const PackField& one : field.name_value().constants()) {
          place.constants.push_back(Place(one, place.path));
        }
        for (const PackField& one : field.name_value().fields()) {
          place.places.push_back(Place(one, place.path));
          place.places.back().key = RowUpToValue(place, one.name());
        }
        break;
      default:
        break;
    }
    return place;
  }

  // The table of a standard that uses the canonical codes themselves.
  std::shared_ptr<const PackCodeTable> TableOfCodes(const CodeList& list) {
    std::shared_ptr<const PackCodeTable>& known = identities_[list.id()];
    if (known != nullptr) return known;
    auto table = std::make_shared<PackCodeTable>();
    for (const std::string& code : list.Codes()) {
      table->code_by_text.emplace(code,
                                  PackCodeTable::Read{code, gateway::v1::PAIR_ACCURACY_EXACT});
      table->text_by_code.emplace(code, PackCodeTable::Written{code, true});
      table->text_bytes_max = std::max(table->text_bytes_max, code.size());
    }
    known = std::move(table);
    return known;
  }

  const gateway::v1::MappingPack& pack_;
  PackProgram program_;
  std::map<std::string, std::shared_ptr<const PackCodeTable>> tables_;
  std::map<std::string, std::shared_ptr<const PackCodeTable>> identities_;
};

}  // namespace

PackProgram CompileProgram(const gateway::v1::MappingPack& pack, const Dictionary& dictionary) {
  return Compiler(pack, dictionary).Compile();
}

}  // namespace mrg
