#include "gateway/base/canonical_proto.h"

#include <vector>

#include "gateway/base/proto_time.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace mrg {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool HasUnknownFields(const Message& message) {
  const auto* reflection = message.GetReflection();
  if (!reflection->GetUnknownFields(message).empty()) return true;
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      if (HasUnknownFields(reflection->GetMessage(message, field))) return true;
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
      if (HasUnknownFields(reflection->GetRepeatedMessage(message, field, i))) return true;
    }
  }
  return false;
}

}  // namespace

std::string CanonicalBytes(const Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return bytes;
}

bool ParseCanonicalInto(absl::string_view bytes, Message* message) {
  if (!message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
  return !HasUnknownFields(*message) && CanonicalBytes(*message) == bytes;
}

absl::Status ParseCanonicalChecked(absl::string_view bytes, Reason refusal, Message* message) {
  if (!ParseCanonicalInto(bytes, message)) {
    return MakeError(refusal, "not the canonical protobuf encoding of the message");
  }
  const std::string wrong_time = PathOfWrongTime(*message);
  if (!wrong_time.empty()) return MakeFieldError(refusal, wrong_time, kTimeExpected);
  return absl::OkStatus();
}

}  // namespace mrg
