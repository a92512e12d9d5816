#include "trustlist/repository/metadata_draft.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "trustlist/format/canonical_json.h"
#include "trustlist/format/metadata_header.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/format/tuf_key.h"

namespace mrg {
namespace {

// Appends `value` one level a column. Recursion is bounded by kJsonDepthMax.
void AppendIndented(const Json& value, size_t column, std::string* out) {
  if (value.is_binary()) {
    out->append(IntegerDigits(value));
    return;
  }
  if (!value.is_structured() || value.empty()) {
    out->append(value.dump());
    return;
  }
  char before = value.is_object() ? '{' : '[';
  for (auto member = value.begin(); member != value.end(); ++member) {
    absl::StrAppend(out, absl::string_view(&before, 1), "\n", std::string(column + 1, ' '));
    if (value.is_object()) absl::StrAppend(out, Json(member.key()).dump(), ": ");
    AppendIndented(*member, column + 1, out);
    before = ',';
  }
  absl::StrAppend(out, "\n", std::string(column, ' '), value.is_object() ? "}" : "]");
}

}  // namespace

absl::StatusOr<MetadataDraft> MetadataDraft::FromBytes(absl::string_view bytes) {
  MRG_RETURN_IF_ERROR(SignedEnvelope::Parse(bytes).status());
  MRG_ASSIGN_OR_RETURN(Json document, ParseJsonDocument(bytes));
  MRG_RETURN_IF_ERROR(IntegerMember(document["signed"], "version").status());
  MetadataDraft draft;
  draft.signed_ = std::move(document["signed"]);
  draft.signatures_ = std::move(document["signatures"]);
  return draft;
}

MetadataDraft MetadataDraft::FromSigned(Json signed_part) {
  MetadataDraft draft;
  draft.signed_ = std::move(signed_part);
  return draft;
}

int64_t MetadataDraft::version() const { return IntegerMember(signed_, "version").value_or(0); }

void MetadataDraft::SetVersion(int64_t version) { SetMember("version", version); }

void MetadataDraft::SetExpires(absl::Time expires) { SetMember("expires", FormatTufTime(expires)); }

void MetadataDraft::SetMember(const std::string& name, Json value) {
  signed_[name] = std::move(value);
  signatures_ = Json::array();
}

void MetadataDraft::SetTarget(const std::string& path, const TargetFile& file) {
  Json entry = {{"length", static_cast<int64_t>(file.length)},
                {"hashes", {{"sha256", absl::BytesToHexString(file.sha256)}}}};
  if (file.is_tree) entry["custom"] = {{kKindMember, kPrefixTreeKind}};
  signed_["targets"][path] = std::move(entry);
  signatures_ = Json::array();
}

void MetadataDraft::RemoveTarget(const std::string& path) {
  signed_["targets"].erase(path);
  signatures_ = Json::array();
}

absl::Status MetadataDraft::Sign(const Signer& signer) {
  MRG_ASSIGN_OR_RETURN(const std::string signature, signer.Sign(CanonicalJson(signed_)));
  const std::string keyid = TufKeyId(signer.public_key());
  Json kept = Json::array();
  for (Json& present : signatures_) {
    if (present["keyid"] != keyid) kept.push_back(std::move(present));
  }
  kept.push_back({{"keyid", keyid}, {"sig", absl::BytesToHexString(signature)}});
  signatures_ = std::move(kept);
  return absl::OkStatus();
}

std::string MetadataDraft::Bytes() const {
  std::string bytes;
  AppendIndented({{"signatures", signatures_}, {"signed", signed_}}, 0, &bytes);
  return bytes + "\n";
}

std::string MetadataDraft::SignedSha256() const { return Sha256(CanonicalJson(signed_)); }

}  // namespace mrg
