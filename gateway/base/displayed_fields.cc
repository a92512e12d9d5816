#include "gateway/base/displayed_fields.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/displayed_text.h"
#include "gateway/base/status_macros.h"
#include "google/protobuf/descriptor.h"

namespace mrg {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr absl::string_view kContents[] = {
    "mrg.trustlist.v1.FederationMember.ca_bundle_pem",
    "mrg.trustlist.v1.Contact.ca_bundle_pem",
    "mrg.gateway.v1.PackTest.document",
    "mrg.gateway.v1.PackTest.written",
    "mrg.gateway.v1.PackTestElement.values",
};

bool IsContent(const FieldDescriptor* field) {
  return std::find(std::begin(kContents), std::end(kContents), field->full_name()) !=
         std::end(kContents);
}

class Check {
 public:
  explicit Check(Reason refusal) : refusal_(refusal) {}

  absl::Status Of(const Message& message, absl::string_view path) const {
    const auto* reflection = message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
      if (!is_message && field->type() != FieldDescriptor::TYPE_STRING) continue;
      if (IsContent(field)) continue;
      const int size = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
      for (int i = 0; i < size; ++i) {
        MRG_RETURN_IF_ERROR(is_message ? OfMessage(message, field, i, path)
                                       : OfText(message, field, i, path));
      }
    }
    return absl::OkStatus();
  }

 private:
  static std::string PathOf(absl::string_view path, const FieldDescriptor* field, int i) {
    return absl::StrCat(path, path.empty() ? "" : ".", field->name(),
                        field->is_repeated() ? absl::StrCat("[", i, "]") : "");
  }

  absl::Status OfMessage(const Message& message, const FieldDescriptor* field, int i,
                         absl::string_view path) const {
    const auto* reflection = message.GetReflection();
    const Message& inner = field->is_repeated() ? reflection->GetRepeatedMessage(message, field, i)
                                                : reflection->GetMessage(message, field);
    return Of(inner, PathOf(path, field, i));
  }

  absl::Status OfText(const Message& message, const FieldDescriptor* field, int i,
                      absl::string_view path) const {
    const auto* reflection = message.GetReflection();
    std::string scratch;
    const std::string& text =
        field->is_repeated() ? reflection->GetRepeatedStringReference(message, field, i, &scratch)
                             : reflection->GetStringReference(message, field, &scratch);
    if (IsDisplayed(text)) return absl::OkStatus();
    return MakeFieldError(refusal_, PathOf(path, field, i),
                          "expected no control, bidi or invisible character");
  }

  const Reason refusal_;
};

}  // namespace

absl::Status RequireDisplayedFields(const Message& message, Reason refusal) {
  return Check(refusal).Of(message, "");
}

}  // namespace mrg
