import FetchLoop

/// The file that keeps what the setup screen changed: `$XDG_STATE_HOME/fetchtop/display`, apart from the configuration,
/// which is the user's own to write.
///
/// A file that cannot be understood is named and left out; when new settings are kept, it stays under another name.
struct SettingsFile: Sendable {
    let path: String
    private(set) var settings = DisplaySettings()
    /// Why the file was left out.
    private(set) var complaint: String?

    /// Nobody has so many settings; whatever is longer is something else.
    private static let limit = 65_536

    /// Reads the file of this user; nil when there is no place for one.
    static func load(environment: Environment) -> SettingsFile? {
        path(environment).map(SettingsFile.init)
    }

    static func path(_ environment: Environment) -> String? {
        if let state = environment["XDG_STATE_HOME"], state.first == "/" { return state + "/fetchtop/display" }
        if let home = environment["HOME"], home.first == "/" { return home + "/.local/state/fetchtop/display" }
        return nil
    }

    /// Reads `path`. No file is no settings.
    init(path: String) {
        self.path = path
        guard FileSystem.exists(path) else { return }
        do {
            let file = try OpenFile(path, .read)
            guard try file.status().kind == .regular else { throw ValueError("it is no file") }
            let bytes = try file.read(upTo: Self.limit)
            guard let text = bytes[...].validated else { throw ValueError("it is not UTF-8") }
            settings = try DisplaySettings(text: text)
        } catch let error as SystemError {
            complain(error.message)
        } catch {
            complain("\(error)")
        }
    }

    private mutating func complain(_ reason: String) {
        // The reason first: a line may end before the name of a file does.
        complaint = "the setup is left out: \(reason) ('\(path)')"
    }

    /// Writes settings in place of those of before. Blocks.
    ///
    /// - Returns: The name that a file nobody could read has now.
    /// - Throws: `SystemError`; the file is then as it was.
    func replace(with settings: DisplaySettings) throws(SystemError) -> String? {
        if let folder = FileSystem.parent(of: path) { try FileSystem.makeDirectory(folder, permissions: 0o700) }
        let aside = complaint == nil ? nil : try moveAside()
        let temporary = path + ".new"
        FileSystem.remove(temporary)
        do throws(SystemError) {
            let file = try OpenFile(temporary, .create, permissions: 0o600)
            try file.write(Array(settings.text.utf8))
            try file.synchronize()
            try FileSystem.move(temporary, to: path)
        } catch {
            FileSystem.remove(temporary)
            throw error
        }
        return aside
    }

    private func moveAside() throws(SystemError) -> String? {
        guard FileSystem.exists(path) else { return nil }
        for number in 1..<100 {
            let name = path + (number == 1 ? ".damaged" : ".damaged-\(number)")
            if FileSystem.exists(name) { continue }
            try FileSystem.move(path, to: name)
            return name
        }
        throw SystemError(code: ErrorNumber.exists, call: "rename")
    }

    /// From now on these are the settings of before.
    func kept(_ settings: DisplaySettings) -> SettingsFile {
        var file = self
        file.settings = settings
        file.complaint = nil
        return file
    }
}
