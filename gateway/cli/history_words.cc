#include "gateway/cli/history_words.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/base/displayed_text.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/cli/words.h"
#include "gateway/crypto/digest.h"

namespace mrg {
namespace {

std::string KeyInWords(const std::string& key, const KeyNames& names) {
  // By its key id where no file says what key that is.
  if (key.size() != kDigestBytes) return SpokenHex(key);
  const auto name = names.find(key);
  return absl::StrCat(SpokenDigest(key), name == names.end() ? "" : " (" + name->second + ")");
}

std::string ChangeInWords(const ContentChange& change, Language language) {
  if (change.is_gone) return InLanguage(language, "no longer listed");
  if (!change.is_tree) return InLanguage(language, change.is_new ? "listed" : "another content");
  std::vector<std::string> words;
  for (const auto& [count, word] :
       std::vector<std::pair<size_t, const char*>>{{change.added, "added"},
                                                   {change.changed, "changed"},
                                                   {change.suspended, "suspended"},
                                                   {change.retired, "retired"},
                                                   {change.compromised, "compromised"},
                                                   {change.removed, "REMOVED"}}) {
    if (count > 0) words.push_back(absl::StrCat(count, " ", InLanguage(language, word)));
  }
  return words.empty() ? InLanguage(language, "no entry") : absl::StrJoin(words, ", ");
}

void PrintSigners(const SignersChange& change, const KeyNames& names, Display& out) {
  if (change.threshold == 0) {
    out << "  " << Word(change.role) << ": NO LONGER delegated to\n";
    return;
  }
  out << "  " << Word(change.role) << ": signed by any " << change.threshold << " of its keys\n";
  for (const std::string& key : change.came) {
    out << "    new key " << KeyInWords(key, names) << "\n";
  }
  for (const std::string& key : change.went) {
    out << "    ended key " << KeyInWords(key, names) << "\n";
  }
}

ShownJson Digests(const std::vector<std::string>& keys) {
  ShownJson json = ShownJson::array();
  // A key that no file names stands by its key id, which is text.
  for (const std::string& key : keys) {
    json.push_back(key.size() == kDigestBytes ? absl::BytesToHexString(key) : key);
  }
  return json;
}

ShownJson VersionJson(const PublishedVersion& version, const InForceTimes& times) {
  ShownJson json = {{"role", version.role}, {"version", version.version}};
  if (version.before.has_value()) json["versionBefore"] = *version.before;
  const auto time = times.find({version.role, version.version});
  if (time != times.end()) json["inForceSince"] = JsonTime(time->second);
  json["expires"] = version.expires;
  json["signers"] = Digests(version.signers);
  json["unknownSignatures"] = version.unknown_signatures;
  json["isOldestKept"] = version.is_oldest_kept;
  json["signersChanges"] = ShownJson::array();
  for (const SignersChange& change : version.signers_changes) {
    json["signersChanges"].push_back({{"role", change.role},
                                      {"threshold", change.threshold},
                                      {"came", Digests(change.came)},
                                      {"went", Digests(change.went)}});
  }
  json["contentChanges"] = ShownJson::array();
  for (const ContentChange& change : version.content_changes) {
    json["contentChanges"].push_back(
        {{"path", change.path}, {"what", ChangeInWords(change, Language::kEnglish)}});
  }
  return json;
}

}  // namespace

void PrintHistory(const std::vector<PublishedVersion>& history, const KeyNames& names,
                  const InForceTimes& times, Display& out) {
  for (const PublishedVersion& version : history) {
    ShowJson(VersionJson(version, times), out);
    out << Word(version.role) << " ";
    if (version.before.has_value()) out << *version.before << " -> ";
    out << version.version;
    const auto time = times.find({version.role, version.version});
    if (time != times.end()) out << ", in force since " << time->second;
    out << ", holds until " << Word(version.expires) << "\n";
    for (const std::string& signer : version.signers) {
      out << "  signed by " << KeyInWords(signer, names) << "\n";
    }
    if (version.unknown_signatures > 0) {
      out << "  " << version.unknown_signatures << " signatures by no key that was ever listed\n";
    }
    for (const SignersChange& change : version.signers_changes) PrintSigners(change, names, out);
    for (const ContentChange& change : version.content_changes) {
      out << "  " << Word(change.path) << ": " << ChangeInWords(change, out.language()) << "\n";
    }
    if (version.is_oldest_kept) {
      out << "  the version before it is not kept at this node: what it changed is not known\n";
    } else if (version.signers_changes.empty() && version.content_changes.empty()) {
      out << "  nothing but its time\n";
    }
  }
}

}  // namespace mrg
