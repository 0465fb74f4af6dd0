// SPDX-License-Identifier: Apache-2.0
#include "dcmtk_log.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/oflog/oflog.h>
#include <mutex>

namespace forameter::dicom {

void silenceDcmtk() {
    static std::once_flag once;
    std::call_once(once, [] { OFLog::configure(OFLogger::FATAL_LOG_LEVEL); });
}

} // namespace forameter::dicom
