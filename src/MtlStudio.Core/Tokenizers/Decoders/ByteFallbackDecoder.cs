using System.Globalization;
using System.Text;

namespace MtlStudio.Core.Tokenizers.Decoders;

/// <summary>Runs of byte tokens (<c>&lt;0xE2&gt;</c>) become text, or one U+FFFD a byte where the run isn't wholly valid UTF-8.</summary>
internal sealed class ByteFallbackDecoder : IDecoder
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public List<string> Decode(List<string> tokens)
    {
        List<string> output = new(tokens.Count);
        List<byte> run = [];
        foreach (var token in tokens)
        {
            if (ByteOf(token) is { } b)
            {
                run.Add(b);
                continue;
            }
            Flush();
            output.Add(token);
        }
        Flush();
        return output;

        void Flush()
        {
            if (run.Count == 0) return;
            try
            {
                output.Add(Strict.GetString([.. run]));
            }
            catch (DecoderFallbackException)
            {
                output.Add(new('\uFFFD', run.Count));
            }
            run.Clear();
        }
    }

    /// <summary>The byte that a token stands for, or null.</summary>
    public static byte? ByteOf(string token) =>
        token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
        && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : null;
}
