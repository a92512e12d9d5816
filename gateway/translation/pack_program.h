#ifndef MRG_GATEWAY_TRANSLATION_PACK_PROGRAM_H_
#define MRG_GATEWAY_TRANSLATION_PACK_PROGRAM_H_

// The compiled form of a mapping pack: places in document order, each with what to do there.
// Package-private to gateway/translation; others use CompiledPack.
//
// Thread-safe: immutable values once built.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "gateway/catalogue/dictionary.h"
#include "mrg/gateway/v1/mapping_pack.pb.h"

namespace mrg {

// A code table prepared for both directions.
struct PackCodeTable {
  struct Read {
    std::string code;
    gateway::v1::PairAccuracy accuracy = gateway::v1::PAIR_ACCURACY_EXACT;
  };
  struct Written {
    std::string text;
    bool exact = true;  // false: the text means more or less than the code
  };
  absl::flat_hash_map<std::string, Read> code_by_text;     // texts with a code only
  absl::flat_hash_map<std::string, Written> text_by_code;  // the first text of each code
  size_t text_bytes_max = 0;                               // longest text in code_by_text
};

// One place.
struct PackPlace {
  std::string name;
  std::string path;  // member names from the top, joined by "."
  std::string key;   // as written: the name as JSON text and a colon; inside a name/value list
                     // the row up to its value
  std::string element_id;  // empty for constants, containers and what is ignored
  int slot = -1;           // index of the element in the program; -1 without an element
  gateway::v1::PackField::FormCase form = gateway::v1::PackField::FORM_NOT_SET;
  bool json_text = false;
  bool empty_when_absent = false;

  // Dates: the layouts that are read, the first is written; the text for 长期 or empty.
  std::vector<gateway::v1::DateLayout> date_layouts;
  std::string long_term_text;
  // Codes: the list, and the table or null for the canonical codes themselves.
  const CodeList* code_list = nullptr;  // owned by the program's dictionary
  std::shared_ptr<const PackCodeTable> table;
  gateway::v1::CodeLayout code_layout = gateway::v1::CODE_LAYOUT_UNSPECIFIED;
  // Numbers and amounts.
  bool integer_as_text = false;
  gateway::v1::DecimalLayout decimal_layout = gateway::v1::DECIMAL_LAYOUT_UNSPECIFIED;
  // Constants.
  std::string constant;
  // Containers: what is inside, in document order.
  std::string name_member;
  std::string value_member;
  std::vector<PackPlace> constants;
  std::vector<PackPlace> places;
};

struct PackProgram {
  Dictionary dictionary;  // keeps the code lists alive
  std::vector<PackPlace> places;
  std::vector<std::string> element_ids;  // by slot
  std::vector<std::string> paths;        // by slot
  absl::flat_hash_map<std::string, int> slot_by_id;
};

// Compiles a pack. REQUIRES: CheckPack(pack, dictionary) is OK.
PackProgram CompileProgram(const gateway::v1::MappingPack& pack, const Dictionary& dictionary);

}  // namespace mrg

#endif  // MRG_GATEWAY_TRANSLATION_PACK_PROGRAM_H_
