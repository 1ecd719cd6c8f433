using MtlStudio.Core.Runs;

namespace MtlStudio.Core.IO;

/// <summary>The folders of one studio's data folder, and how a spec's references are found in it.</summary>
public sealed class DataFolder(string path)
{
    public const string HashPrefix = "sha256:";

    public string Root { get; } = Path.GetFullPath(path);
    public string Database => Path.Combine(Root, "studio.db");
    /// <summary>Locked by the one studio that uses the folder.</summary>
    public string Lock => Path.Combine(Root, "lock");
    public string Datasets => Path.Combine(Root, "datasets");
    public string Models => Path.Combine(Root, "models");
    public string Runs => Path.Combine(Root, "runs");
    public string Uploads => Path.Combine(Root, "uploads");
    public string Backups => Path.Combine(Root, "backups");

    /// <summary>The user's own weighting policies, where no other folder is named.</summary>
    public string Plugins => Path.Combine(Root, "plugins");

    public RunFolder Run(long id) => new(Path.Combine(Runs, id.ToString()));

    /// <summary>The data folder in the user's own data directory, where no other is named.</summary>
    public static string DefaultPath() => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "MtlStudio");

    public void Create()
    {
        foreach (var folder in new[] { Root, Datasets, Models, Runs, Uploads, Backups }) Directory.CreateDirectory(folder);
    }

    public static bool IsHash(string reference) => reference.StartsWith(HashPrefix, StringComparison.Ordinal);

    /// <summary>The folder or file a reference names: "sha256:HEX" under <paramref name="root"/> (as "datasets" or "models"), else a path relative to <paramref name="specFolder"/>.</summary>
    /// <exception cref="InvalidInputException">A hash without a data folder, a malformed hash, or nothing there.</exception>
    public static string Resolve(string reference, string field, string specFolder, DataFolder? data, Func<DataFolder, string> root)
    {
        if (!IsHash(reference))
        {
            var found = Path.GetFullPath(reference, specFolder);
            return Path.Exists(found) ? found
                : throw new InvalidInputException(field, $"\"{reference}\" is not there (looked for {found}): give a path relative to the spec, or \"{HashPrefix}…\" of something imported");
        }
        var hash = reference[HashPrefix.Length..];
        if (hash.Length != 64 || hash.Any(c => !char.IsAsciiHexDigitLower(c)))
            throw new InvalidInputException(field, $"\"{reference}\" is no content hash: it must be \"{HashPrefix}\" and 64 lower-case hexadecimal digits");
        if (data is null)
            throw new InvalidInputException(field, $"\"{reference}\" is a content hash: name the data folder it lies in (--data DIR)");
        var path = Path.Combine(root(data), hash);
        return Path.Exists(path) ? path
            : throw new InvalidInputException(field, $"\"{reference}\" is not in the data folder {data.Root}: import it there, or name another");
    }
}
