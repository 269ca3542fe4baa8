import Foundation
import TestSupport
import Testing

@testable import fetchtop

@Suite("The setup's file") struct CLISettingsFileTests {
    private var everything: DisplaySettings {
        var settings = DisplaySettings()
        settings.columns = [.code, .id, .rate]
        settings.hostColumns = [.rate, .running]
        settings.errorColumns = []
        settings.meters = [.done, .job]
        settings.theme = .light
        settings.colors = .ansi16
        settings.glyphs = .basic
        settings.framesPerSecond = 5
        settings.usesMouse = false
        settings.usesClipboard = true
        return settings
    }

    @Test func whatIsWrittenReadsBack() throws {
        #expect(try DisplaySettings(text: everything.text) == everything)
        #expect(try DisplaySettings(text: DisplaySettings().text) == DisplaySettings())
        // Defaults are not written down: better ones are to reach everybody.
        #expect(DisplaySettings().text.split(separator: "\n").allSatisfy { $0.hasPrefix("#") })
    }

    @Test(
        arguments: [
            ("theme = pink", "line 1: 'pink' is none of auto, dark, light, mono"),
            ("\nfps = 0", "line 2: not a number from 1 to 60: '0'"),
            ("columns = id id", "line 1: 'id' is there twice"),
            ("columns = id nonsense", "line 1: no such thing as 'nonsense'"),
            ("speed = 3", "line 1: unknown setting 'speed'"),
            ("theme", "line 1: not 'name = value'"),
        ])
    func damageIsNamed(text: String, message: String) {
        do {
            _ = try DisplaySettings(text: text)
            Issue.record("read as if nothing were wrong")
        } catch {
            #expect(error.description == message)
        }
    }

    @Test func theFileIsTheUsersAloneAndReplacedWhole() throws {
        let folder = try TemporaryFolder()
        let path = folder["state/fetchtop/display"]
        #expect(try SettingsFile(path: path).replace(with: everything) == nil)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let folders = try FileManager.default.attributesOfItem(atPath: folder["state/fetchtop"])
        #expect(folders[.posixPermissions] as? Int == 0o700)
        let file = SettingsFile(path: path)
        #expect(file.settings == everything)
        #expect(file.complaint == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder["state/fetchtop"]) == ["display"])
    }

    @Test func aDamagedFileIsNamedLeftOutAndNeverLost() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("theme = dark\nfps = many\n", to: "display")
        let file = SettingsFile(path: path)
        #expect(file.settings == DisplaySettings())
        let complaint = try #require(file.complaint)
        #expect(complaint.contains(path) && complaint.contains("line 2") && complaint.contains("many"))
        #expect(try file.replace(with: everything) == path + ".damaged")
        #expect(try folder.read("display.damaged") == "theme = dark\nfps = many\n")
        #expect(SettingsFile(path: path).settings == everything)
        // A second one does not push out the first.
        try folder.write("?", to: "display")
        #expect(try SettingsFile(path: path).replace(with: everything) == path + ".damaged-2")
        #expect(try folder.read("display.damaged") == "theme = dark\nfps = many\n")
    }

    @Test(arguments: ["\u{FF}\u{FE}", "\u{0}\u{1}\u{2}", String(repeating: "theme = dark\n", count: 8_000)])
    func anyFileIsReadWithoutHarm(text: String) throws {
        let folder = try TemporaryFolder()
        let file = SettingsFile(path: try folder.write(text, to: "display"))
        #expect(file.complaint != nil || file.settings.theme == .dark)
        #expect(SettingsFile(path: folder["none"]).complaint == nil)
        #expect(SettingsFile(path: folder.path).complaint?.contains("it is no file") == true)
    }

    @Test func aFolderThatCannotBeWrittenIsNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "state")
        #expect(throws: (any Error).self) {
            try SettingsFile(path: folder["state/fetchtop/display"]).replace(with: everything)
        }
    }

    @Test func itLiesInTheStateFolderApartFromTheConfiguration() {
        var environment = Environment.terminal
        environment.variables["HOME"] = "/home/u"
        environment.variables["XDG_STATE_HOME"] = nil
        #expect(SettingsFile.path(environment) == "/home/u/.local/state/fetchtop/display")
        environment.variables["XDG_STATE_HOME"] = "/state"
        #expect(SettingsFile.path(environment) == "/state/fetchtop/display")
        // The specification says that relative paths are to be left out.
        environment.variables["XDG_STATE_HOME"] = "state"
        #expect(SettingsFile.path(environment) == "/home/u/.local/state/fetchtop/display")
    }

    @Test func optionsOfOneRunComeFirstAndAreNotKept() throws {
        let folder = try TemporaryFolder()
        var environment = Environment.terminal
        environment.variables["XDG_STATE_HOME"] = folder.path
        _ = try SettingsFile(path: folder["fetchtop/display"]).replace(with: everything)
        let settings = try plan("h", "--fps", "30", "--ascii", environment: environment).display.settings
        #expect(settings.framesPerSecond == 30 && settings.glyphs == .ascii)
        #expect(try plan("h", "--theme", "dark", environment: environment).display.settings.theme == .dark)
        #expect(usageError("h", "--theme", "pink")?.contains("none of auto, dark, light, mono") == true)
        #expect(settings.theme == .light && settings.columns == [.code, .id, .rate])
        var changed = settings
        changed.theme = .dark
        let kept = DisplaySettings.kept(changed, changedFrom: settings, before: everything)
        #expect(kept.framesPerSecond == 5 && kept.glyphs == .basic && kept.theme == .dark)
        let bare = try plan("h", "--no-config", environment: environment)
        #expect(bare.display.settings == DisplaySettings())
        #expect(bare.settingsFile == nil)
    }
}
