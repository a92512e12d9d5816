#include "gateway/cli/json_output.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "google/protobuf/util/json_util.h"

namespace mrg {

void ShowJson(const ShownJson& json, Display& out) {
  if (!out.json()) return;
  out.ShowJsonLine(json.dump(-1, ' ', /*ensure_ascii=*/true, ShownJson::error_handler_t::replace));
}

void ShowJson(const google::protobuf::Message& message, Display& out) {
  if (out.json()) ShowJson(ToJson(message), out);
}

ShownJson ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string text;
  // Fails for what no message of ours holds: an Any of an unknown type, a time out of its range.
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok())
    return ShownJson();
  return ShownJson::parse(text, nullptr, /*allow_exceptions=*/false);
}

std::string JsonFile(const google::protobuf::Message& message) {
  return ToJson(message).dump(2, ' ', /*ensure_ascii=*/false, ShownJson::error_handler_t::replace) +
         "\n";
}

bool LooksLikeJson(absl::string_view bytes) {
  return absl::StartsWith(absl::StripLeadingAsciiWhitespace(bytes), "{");
}

std::string JsonTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

absl::Status ParseJsonMessage(absl::string_view field, const std::string& text,
                              google::protobuf::Message* message) {
  const auto status = google::protobuf::util::JsonStringToMessage(text, message);
  if (status.ok()) return absl::OkStatus();
  return MakeFieldError(Reason::kFieldMalformed, field,
                        absl::StrCat("expected ", message->GetDescriptor()->full_name(),
                                     " in JSON, ", std::string(status.message())));
}

}  // namespace mrg
