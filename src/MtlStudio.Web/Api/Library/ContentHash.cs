using MtlStudio.Core.IO;

namespace MtlStudio.Web.Api.Library;

internal static class ContentHash
{
    /// <summary>The folder under <paramref name="root"/> that is named by the hash (with or without "sha256:"), or null. What is no hash finds nothing, so no path leads elsewhere.</summary>
    public static string? Find(string given, string root)
    {
        var hash = DataFolder.IsHash(given) ? given[DataFolder.HashPrefix.Length..] : given;
        if (hash.Length != 64 || !hash.All(char.IsAsciiHexDigitLower)) return null;
        var folder = Path.Combine(root, hash);
        return Directory.Exists(folder) ? folder : null;
    }
}
