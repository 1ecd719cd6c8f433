using System.Security.Cryptography;
using System.Text;

namespace MtlStudio.Core.Datasets;

/// <summary>The name of a dataset version: SHA-256 over its columns and the hashes of its splits' files.</summary>
internal static class VersionHash
{
    public static string Of(IReadOnlyList<string> columns, IReadOnlyDictionary<string, SplitFile> splits)
    {
        var text = new StringBuilder("mtl dataset 1\n");
        foreach (var column in columns)
        {
            JsonText.AppendString(text, column);
            text.Append('\n');
        }
        foreach (var split in SplitNames.All) text.Append($"{split} {splits[split].Rows} {splits[split].Sha256}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
