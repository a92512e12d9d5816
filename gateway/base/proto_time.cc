#include "gateway/base/proto_time.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"

namespace mrg {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Timestamp;

// Result: the path behind `name`, of a part of a message; empty when no time is wrong in it.
std::string PathBelow(const Message& part, const std::string& name) {
  if (part.GetDescriptor() == Timestamp::descriptor()) {
    return IsInYears1To9999(static_cast<const Timestamp&>(part)) ? "" : name;
  }
  const std::string below = PathOfWrongTime(part);
  return below.empty() ? "" : absl::StrCat(name, ".", below);
}

}  // namespace

std::string PathOfWrongTime(const Message& message) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      std::string path = PathBelow(reflection->GetMessage(message, field), field->name());
      if (!path.empty()) return path;
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
      std::string path = PathBelow(reflection->GetRepeatedMessage(message, field, i),
                                   absl::StrCat(field->name(), "[", i, "]"));
      if (!path.empty()) return path;
    }
  }
  return "";
}

}  // namespace mrg
