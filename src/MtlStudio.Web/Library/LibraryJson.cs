using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Library;

/// <summary>Versions' bodies to and from JSON.</summary>
internal static class LibraryJson
{
    public static string Write<T>(T body) => JsonSerializer.Serialize(body, WireJson.Compact);

    public static T Read<T>(LibraryVersion version) => JsonSerializer.Deserialize<T>(version.BodyJson, WireJson.Compact)
        ?? throw new JsonException($"Version {version.Id} of the library is empty");

    /// <summary>"sha256:…" of a body: equal bodies are one version.</summary>
    public static string Hash(string body) => DataFolder.HashPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
}
