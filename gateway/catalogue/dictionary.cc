#include "gateway/catalogue/dictionary.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/catalogue/text_message.h"

namespace mrg {
namespace {

using gateway::v1::DictionaryElement;

constexpr size_t kElementsMax = 4096;
constexpr size_t kCodesMax = 4096;
constexpr size_t kCodeBytesMax = 64;

absl::Status Refuse(absl::string_view what, absl::string_view detail) {
  return MakeError(Reason::kDictionaryInvalid, absl::StrCat(what, ": ", detail));
}

bool IsElementId(absl::string_view id) {
  return !id.empty() && id.size() <= kElementIdBytesMax &&
         std::all_of(id.begin(), id.end(),
                     [](char c) { return absl::ascii_isalnum(c) || c == '.'; });
}

bool IsListId(absl::string_view id) {
  return !id.empty() && id.size() <= kElementIdBytesMax &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '.' || c == '-';
         });
}

absl::Status CheckCodeList(const gateway::v1::CodeList& list) {
  if (!IsListId(list.id())) return Refuse(list.id(), "expected a list id, [a-z0-9.-]{1,64}");
  if (list.codes().empty() || static_cast<size_t>(list.codes_size()) > kCodesMax) {
    return Refuse(list.id(), absl::StrCat("expected 1 to ", kCodesMax, " codes"));
  }
  std::set<std::string> seen;
  for (const auto& code : list.codes()) {
    if (code.code().empty() || code.code().size() > kCodeBytesMax) {
      return Refuse(list.id(), absl::StrCat("expected codes of 1 to ", kCodeBytesMax, " bytes"));
    }
    if (!seen.insert(code.code()).second) {
      return Refuse(list.id(), absl::StrCat("code ", code.code(), " stands twice"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckElement(const DictionaryElement& element,
                          const std::map<std::string, CodeList>& code_lists) {
  if (!IsElementId(element.id())) return Refuse(element.id(), "expected an id, [A-Za-z0-9.]{1,64}");
  if (element.type() == gateway::v1::ELEMENT_TYPE_UNSPECIFIED ||
      !gateway::v1::ElementType_IsValid(element.type())) {
    return Refuse(element.id(), "expected a type");
  }
  if (element.sensitivity() == gateway::v1::ELEMENT_SENSITIVITY_UNSPECIFIED ||
      !gateway::v1::ElementSensitivity_IsValid(element.sensitivity())) {
    return Refuse(element.id(), "expected a sensitivity");
  }
  const bool is_code = element.type() == gateway::v1::ELEMENT_TYPE_CODE;
  if (is_code != !element.code_list().empty()) {
    return Refuse(element.id(), "expected a code list for a code, and for a code only");
  }
  if (is_code && code_lists.count(element.code_list()) == 0) {
    return Refuse(element.id(), absl::StrCat("no code list ", element.code_list()));
  }
  if (element.may_be_long_term() && element.type() != gateway::v1::ELEMENT_TYPE_DATE) {
    return Refuse(element.id(), "only a date may be without end");
  }
  const bool is_text = element.type() == gateway::v1::ELEMENT_TYPE_TEXT;
  if (!is_text &&
      (element.check() != gateway::v1::ELEMENT_CHECK_UNSPECIFIED || element.bytes_max() != 0)) {
    return Refuse(element.id(), "only a text has a check or a length");
  }
  if (element.bytes_max() > kDocumentBytesMax) {
    return Refuse(element.id(), absl::StrCat("expected bytes_max of at most ", kDocumentBytesMax));
  }
  if (element.name_zh().empty()) return Refuse(element.id(), "expected a Chinese name");
  return absl::OkStatus();
}

}  // namespace

CodeList::CodeList(const gateway::v1::CodeList& message) : id_(message.id()) {
  for (const auto& code : message.codes()) {
    names_.emplace(code.code(), code.name_zh());
  }
}

absl::string_view CodeList::NameOf(absl::string_view code) const {
  auto found = names_.find(std::string(code));
  return found == names_.end() ? absl::string_view() : absl::string_view(found->second);
}

std::vector<std::string> CodeList::Codes() const {
  std::vector<std::string> codes;
  codes.reserve(names_.size());
  for (const auto& [code, name] : names_) codes.push_back(code);
  return codes;
}

Dictionary::Dictionary() : data_(std::make_shared<const Data>()) {}

absl::StatusOr<Dictionary> Dictionary::Parse(absl::string_view bytes) {
  gateway::v1::Dictionary message;
  MRG_RETURN_IF_ERROR(ParseTextMessage(bytes, Reason::kDictionaryInvalid, &message));
  if (message.version() == 0) return Refuse("version", "expected a version from 1");
  if (message.elements().empty() || static_cast<size_t>(message.elements_size()) > kElementsMax) {
    return Refuse("elements", absl::StrCat("expected 1 to ", kElementsMax));
  }
  auto data = std::make_shared<Data>();
  data->version = message.version();
  for (const auto& list : message.code_lists()) {
    MRG_RETURN_IF_ERROR(CheckCodeList(list));
    if (!data->code_lists.emplace(list.id(), CodeList(list)).second) {
      return Refuse(list.id(), "the list stands twice");
    }
  }
  for (const auto& element : message.elements()) {
    MRG_RETURN_IF_ERROR(CheckElement(element, data->code_lists));
    if (!data->elements.emplace(element.id(), element).second) {
      return Refuse(element.id(), "the element stands twice");
    }
  }
  return Dictionary(std::move(data));
}

const DictionaryElement* Dictionary::Find(absl::string_view id) const {
  auto found = data_->elements.find(std::string(id));
  return found == data_->elements.end() ? nullptr : &found->second;
}

const CodeList* Dictionary::FindCodeList(absl::string_view id) const {
  auto found = data_->code_lists.find(std::string(id));
  return found == data_->code_lists.end() ? nullptr : &found->second;
}

}  // namespace mrg
