#include "gateway/daemon/certificate_watch.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

// Result: what tells one state of the files from another.
std::string StateOf(const std::map<std::string, std::string>& paths) {
  std::string state;
  for (const auto& [name, path] : paths) {
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0) status = {};
    absl::StrAppend(&state, status.st_ino, " ", status.st_size, " ", status.st_mtim.tv_sec, ".",
                    status.st_mtim.tv_nsec, " ", status.st_ctim.tv_sec, ".", status.st_ctim.tv_nsec,
                    ";");
  }
  return state;
}

}  // namespace

CertificateWatch::CertificateWatch(Parts parts)
    : parts_(std::move(parts)),
      // Of no state: the files may have changed since the configuration was read.
      // The node's own certificate last, so that it may come with the CA that certifies it.
      groups_{{"ca", "ca", parts_.files->ca_bundle_paths,
               [this](absl::Time, TlsMaterial* material) -> absl::Status {
                 MRG_ASSIGN_OR_RETURN(material->bundles, LoadTrustBundles(*parts_.files));
                 return absl::OkStatus();
               },
               "", ""},
              {"crl", "crl", parts_.files->crl_paths,
               [this](absl::Time now, TlsMaterial* material) -> absl::Status {
                 MRG_ASSIGN_OR_RETURN(RevocationsByDomain next, LoadRevocations(*parts_.files));
                 MRG_RETURN_IF_ERROR(CheckRevocationsContinue(material->revocations, next, now));
                 material->revocations = std::move(next);
                 return absl::OkStatus();
               },
               "", ""},
              {"own",
               "own",
               {{"certificate", parts_.files->certificate_path}, {"key", parts_.files->key_path}},
               [this](absl::Time now, TlsMaterial* material) -> absl::Status {
                 MRG_ASSIGN_OR_RETURN(material->own,
                                      LoadOwnCertificate(*parts_.files, material->bundles, now));
                 return absl::OkStatus();
               },
               "",
               ""}} {
  Show(*parts_.in_use->Current());
}

void CertificateWatch::Look(absl::Time now) {
  TlsMaterial next = *parts_.in_use->Current();
  bool changed = false;
  for (Group& group : groups_) changed = LookAt(&group, now, &next) || changed;
  if (!changed) return;
  Show(next);
  parts_.in_use->Replace(next);
  parts_.on_replaced(next);
}

bool CertificateWatch::LookAt(Group* group, absl::Time now, TlsMaterial* material) {
  // Before the files are read: a change in between is found at the next look.
  std::string state = StateOf(group->paths);
  if (state == group->state) return false;
  const TlsMaterial before = *material;
  const absl::Status loaded = group->load(now, material);
  parts_.metrics->SetTlsFilesRefused(group->label, !loaded.ok());
  if (!loaded.ok()) {
    group->state.clear();
    std::string refusal = absl::StrCat(state, loaded.message());
    if (refusal == group->refusal) return false;
    group->refusal = std::move(refusal);
    parts_.events->WriteFailure(Event::kTlsFilesRefused, loaded, "files", group->name);
    return false;
  }
  group->state = std::move(state);
  group->refusal.clear();
  if (*material == before) return false;
  parts_.events->Write(Event::kTlsFilesLoaded, {{"files", group->name}});
  return true;
}

void CertificateWatch::Show(const TlsMaterial& material) const {
  parts_.metrics->SetCertificateEnds(material.own.ends);
  absl::Time first_end = absl::InfiniteFuture();
  for (const auto& [domain, lists] : material.revocations) {
    for (const RevocationList& list : lists) first_end = std::min(first_end, list.next_update());
  }
  parts_.metrics->SetRevocationsEnd(first_end == absl::InfiniteFuture() ? absl::UnixEpoch()
                                                                        : first_end);
}

}  // namespace mrg
