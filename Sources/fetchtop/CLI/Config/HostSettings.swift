/// The settings of a `[host "..."]` section.
enum HostSettings {
    /// Adds one to the run's options.
    ///
    /// - Throws: `ValueError` if a host can have no such setting, or not this value.
    static func apply(_ setting: ConfigFile.Setting, host: String, to options: inout RunOptions) throws(ValueError) {
        switch setting.name {
        case "parallel-max-host": options.concurrency.byHost[host] = try CountValue.parse(setting.value ?? "")
        case "host-rate": options.rate.byHost[host] = try RateValue.parse(setting.value ?? "")
        default: throw ValueError("'\(setting.name)' cannot be set for a host (only parallel-max-host, host-rate)")
        }
    }
}
