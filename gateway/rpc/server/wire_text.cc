#include "gateway/rpc/server/wire_text.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"

namespace mrg {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr int kDepthMax = 32;  // our messages nest less than ten deep

// Result: the path of the first string field that is not UTF-8; nullopt when there is none or the
// bytes end early.
std::optional<std::string> FindBadText(const Descriptor& type, absl::string_view bytes,
                                       const std::string& prefix, int depth) {
  if (depth > kDepthMax) return std::nullopt;
  CodedInputStream input(reinterpret_cast<const uint8_t*>(bytes.data()),
                         static_cast<int>(bytes.size()));
  while (const uint32_t tag = input.ReadTag()) {
    if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      if (!WireFormatLite::SkipField(&input, tag)) return std::nullopt;
      continue;
    }
    uint32_t length = 0;
    std::string value;
    if (!input.ReadVarint32(&length) || !input.ReadString(&value, static_cast<int>(length))) {
      return std::nullopt;
    }
    const FieldDescriptor* field = type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
    if (field == nullptr) continue;
    const std::string path =
        prefix.empty() ? field->name() : absl::StrCat(prefix, ".", field->name());
    if (field->type() == FieldDescriptor::TYPE_STRING && !IsUtf8(value)) return path;
    if (field->type() == FieldDescriptor::TYPE_MESSAGE) {
      auto found = FindBadText(*field->message_type(), value, path, depth + 1);
      if (found.has_value()) return found;
    }
  }
  return std::nullopt;
}

}  // namespace

absl::Status ParseRequest(absl::string_view bytes, google::protobuf::Message* message) {
  if (message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::OkStatus();
  }
  const auto bad_text = FindBadText(*message->GetDescriptor(), bytes, "", 0);
  if (bad_text.has_value()) {
    return MakeFieldError(Reason::kFieldNotUtf8, *bad_text, "expected valid UTF-8");
  }
  return MakeError(Reason::kFieldMalformed,
                   absl::StrCat("expected a ", message->GetDescriptor()->full_name()));
}

}  // namespace mrg
