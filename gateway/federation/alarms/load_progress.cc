#include "gateway/federation/alarms/load_progress.h"

namespace mrg {

void LoadProgress::Tell(absl::string_view path, const TreeSyncProgress& progress) {
  // A load that fetched less than before is another one, also of the same list after a cut.
  if (path != path_ || progress.nodes_fetched < nodes_fetched_) {
    path_ = std::string(path);
    tenths_ = 0;
  }
  nodes_fetched_ = progress.nodes_fetched;
  const LabelValue publisher = LabelValue::OfMember(publisher_);
  metrics_->load_entries.Set({{"publisher", publisher}}, static_cast<double>(progress.entries));
  metrics_->load_entries_expected.Set({{"publisher", publisher}},
                                      static_cast<double>(progress.entries_total));
  if (progress.nodes_fetched < kLargeNodes || progress.entries_total == 0) return;
  const auto tenths = static_cast<uint64_t>(10.0 * static_cast<double>(progress.entries) /
                                            static_cast<double>(progress.entries_total));
  if (tenths <= tenths_) return;
  tenths_ = tenths;
  events_->Write(Event::kTrustLoadProgress, {{"publisher", publisher_},
                                             {"path", OwnText(path_)},
                                             {"entries", progress.entries},
                                             {"expected", progress.entries_total},
                                             {"nodes_fetched", progress.nodes_fetched},
                                             {"nodes_held", progress.nodes_held},
                                             {"bytes_fetched", progress.bytes_fetched}});
}

}  // namespace mrg
