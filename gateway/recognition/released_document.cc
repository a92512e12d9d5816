#include "gateway/recognition/released_document.h"

#include <utility>

#include "gateway/recognition/released_elements.h"

namespace mrg {

ReleasedDocument ReleaseDocument(const gateway::v1::AgreementRule& rule, const CompiledPack& target,
                                 const ReadResult& content,
                                 const std::vector<std::string>& requested) {
  ReleasedElements released = ReleaseElements(rule, requested);
  WriteResult written = target.WriteTranslation(content, released.ids);
  ReleasedDocument result{std::move(written.document), std::move(released.ids),
                          std::move(released.withheld)};
  for (auto& report : written.reports) result.reports.push_back(std::move(report));
  return result;
}

}  // namespace mrg
