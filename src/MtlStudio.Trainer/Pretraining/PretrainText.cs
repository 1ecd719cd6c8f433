using System.Security.Cryptography;
using System.Text;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Training.Batching;

namespace MtlStudio.Trainer.Pretraining;

/// <summary>Documents to pre-train on.</summary>
/// <param name="Documents">In the files' order.</param>
/// <param name="Sha256">Over the files' bytes, in the order given.</param>
public sealed record PretrainText(IReadOnlyList<string> Documents, string Sha256)
{
    /// <summary>Reads files of one document a line; empty lines are none.</summary>
    /// <exception cref="InvalidInputException">A file that is not there or not UTF-8, or no document.</exception>
    public static PretrainText Read(IReadOnlyList<string> files, string folder)
    {
        var documents = new List<string>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        foreach (var file in files)
            try
            {
                var bytes = File.ReadAllBytes(Path.GetFullPath(file, folder));
                hash.AppendData(bytes);
                documents.AddRange(utf8.GetString(bytes).Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0));
            }
            catch (Exception exception) when (exception is IOException or DecoderFallbackException)
            {
                throw new InvalidInputException("text", $"{file} cannot be read as UTF-8 text: {exception.Message}");
            }
        return documents.Count > 0 ? new(documents, Convert.ToHexStringLower(hash.GetHashAndReset()))
            : throw new InvalidInputException("text", "The files hold no document: write one a line");
    }

    /// <summary>A document's tokens with the end of the text after it, in pieces of at most <paramref name="length"/>; every token but a piece's first is trained.</summary>
    public static IEnumerable<LabeledIds> Encode(Tokenizer tokenizer, string document, int length)
    {
        int[] ids = [.. tokenizer.Encode(document, addSpecialTokens: true), .. tokenizer.EosId is { } end ? new[] { end } : []];
        return ids.Chunk(length).Where(piece => piece.Length > 1).Select(piece => LabeledIds.AfterPrompt(piece, 0));
    }
}
