#include "gateway/witness/log_keys.h"

#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {
namespace {

absl::Status Malformed(absl::string_view field, absl::string_view expected) {
  return MakeFieldError(Reason::kMetadataMalformed, field, expected);
}

// "<member>/<log-id>": a log id has the syntax of a member id, so 127 bytes at most.
bool IsOrigin(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('/', 1));
  return MemberIdKind::IsValid(parts.first) && MemberIdKind::IsValid(parts.second);
}

absl::StatusOr<LogKey> ToLogKey(const trustlist::v1::LogKey& message) {
  if (!IsOrigin(message.origin())) return Malformed("keys.origin", "expected <member>/<log-id>");
  auto key = PublicKey::Parse(Scheme::kEd25519, message.public_key());
  if (!key.ok()) {
    return Malformed("keys.public_key",
                     "expected an Ed25519 SubjectPublicKeyInfo, 44 bytes of DER");
  }
  if (!message.has_from()) {
    return Malformed("keys.from", "expected a time");
  }
  LogKey log_key{message.origin(), *std::move(key), ToTime(message.from()), absl::InfiniteFuture()};
  if (message.has_until()) {
    log_key.until = ToTime(message.until());
    if (log_key.until <= log_key.from) {
      return Malformed("keys.until", "expected a time after `from`");
    }
  }
  return log_key;
}

}  // namespace

absl::StatusOr<std::vector<LogKey>> ParseLogKeys(absl::string_view target_bytes) {
  MRG_ASSIGN_OR_RETURN(
      const trustlist::v1::LogKeys message,
      ParseCanonical<trustlist::v1::LogKeys>(target_bytes, Reason::kMetadataMalformed));
  if (message.keys_size() > kLogKeysMax) {
    return Malformed("keys", absl::StrCat("expected at most ", kLogKeysMax));
  }
  std::vector<LogKey> keys;
  for (const trustlist::v1::LogKey& one : message.keys()) {
    MRG_ASSIGN_OR_RETURN(LogKey key, ToLogKey(one));
    if (!keys.empty() &&
        std::tie(key.origin, key.from) < std::tie(keys.back().origin, keys.back().from)) {
      return Malformed("keys", "expected them sorted by origin, then by `from`");
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

absl::StatusOr<std::vector<LogKey>> ParseLogKeysOf(const MemberId& publisher,
                                                   absl::string_view target_bytes) {
  MRG_ASSIGN_OR_RETURN(std::vector<LogKey> keys, ParseLogKeys(target_bytes));
  for (const LogKey& key : keys) {
    if (absl::StartsWith(key.origin, absl::StrCat(publisher.value(), "/"))) continue;
    return Malformed("keys.origin", "expected logs of the publisher only");
  }
  return keys;
}

}  // namespace mrg
