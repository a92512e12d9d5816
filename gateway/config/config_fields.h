#ifndef MRG_GATEWAY_CONFIG_CONFIG_FIELDS_H_
#define MRG_GATEWAY_CONFIG_CONFIG_FIELDS_H_

// Checks of single configuration fields. Every error is CONFIG_INVALID, names the field and says
// what was expected.
//
// Thread-safe: pure functions; ReadConfigFile reads a file.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/reason.h"
#include "google/protobuf/duration.pb.h"

namespace mrg {

// Result: CONFIG_INVALID "<field>: expected <expected>".
absl::Status ConfigInvalid(absl::string_view field, absl::string_view expected);

// An identifier of gateway/base/identifiers.h.
template <typename Id>
absl::StatusOr<Id> ConfigId(absl::string_view field, absl::string_view text) {
  auto id = Id::Parse(text);
  if (id.ok()) return *std::move(id);
  absl::string_view message = id.status().message();
  const size_t at = message.find("expected ");
  if (at != absl::string_view::npos) message.remove_prefix(at + 9);
  return ConfigInvalid(field, absl::StrCat(message, ", got \"", text, "\""));
}

// "host:port", port 0 to 65535; 1 to 65535 when `port_required`. An IPv6 host is in brackets.
absl::Status CheckAddress(absl::string_view field, absl::string_view address, bool port_required);

// A duration in [min, max]. REQUIRES: the field is set.
absl::StatusOr<absl::Duration> ConfigDuration(absl::string_view field,
                                              const google::protobuf::Duration& duration,
                                              absl::Duration min, absl::Duration max);

// Result: `path` itself when absolute, else below `folder`. Errors: CONFIG_INVALID when empty.
absl::StatusOr<std::string> ConfigPath(absl::string_view field, const std::string& path,
                                       const std::string& folder);

// Result: the bytes of the regular file, at most 1 MiB. Errors: `refusal` naming field and file.
absl::StatusOr<std::string> ReadConfigFile(absl::string_view field, const std::string& path,
                                           Reason refusal);

}  // namespace mrg

#endif  // MRG_GATEWAY_CONFIG_CONFIG_FIELDS_H_
