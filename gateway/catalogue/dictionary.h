#ifndef MRG_GATEWAY_CATALOGUE_DICTIONARY_H_
#define MRG_GATEWAY_CATALOGUE_DICTIONARY_H_

// The canonical model in force: which elements there are, their types, and the code lists. It knows
// nothing of licence types or data standards.
//
// Thread-safe: immutable; copies share one set of data.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mrg/gateway/v1/catalogue.pb.h"
#include "mrg/gateway/v1/licence.pb.h"

namespace mrg {

// A closed list of codes, prepared for lookup.
class CodeList {
 public:
  explicit CodeList(const gateway::v1::CodeList& message);

  const std::string& id() const { return id_; }
  bool Contains(absl::string_view code) const { return names_.count(std::string(code)) != 0; }
  // Result: the code's Chinese name; empty for a code outside the list.
  absl::string_view NameOf(absl::string_view code) const;
  // Result: the codes, sorted by bytes.
  std::vector<std::string> Codes() const;

 private:
  std::string id_;
  std::map<std::string, std::string> names_;  // by code
};

class Dictionary {
 public:
  // The empty dictionary: version 0, no elements.
  Dictionary();

  // Parses and checks a dictionary file, textproto of mrg.gateway.v1.Dictionary.
  // Errors: DICTIONARY_INVALID, naming the element or list.
  // Source: GB/T 36903.
  static absl::StatusOr<Dictionary> Parse(absl::string_view bytes);

  uint32_t version() const { return data_->version; }

  // Result: the element; null when there is none. Lives as long as any copy of this dictionary.
  const gateway::v1::DictionaryElement* Find(absl::string_view id) const;

  // Result: the code list; null when there is none. Lives as long as any copy of this dictionary.
  const CodeList* FindCodeList(absl::string_view id) const;

  // Result: the elements by id.
  const std::map<std::string, gateway::v1::DictionaryElement>& elements() const {
    return data_->elements;
  }

 private:
  struct Data {
    uint32_t version = 0;
    std::map<std::string, gateway::v1::DictionaryElement> elements;
    std::map<std::string, CodeList> code_lists;
  };
  explicit Dictionary(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

  std::shared_ptr<const Data> data_;  // never null
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CATALOGUE_DICTIONARY_H_
