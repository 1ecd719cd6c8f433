using System.Buffers.Binary;
using System.Text;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers.Decoders;
using MtlStudio.Core.Tokenizers.SentencePiece;

namespace MtlStudio.Core.Tokenizers.Loading;

/// <summary>Reads the vocabulary of llama2.c: SentencePiece BPE with pieces as plain text (spaces are spaces), unknown 0, BOS 1, EOS 2 and
/// byte pieces. As <c>tokenizer-vocab.json</c>, or binary as <c>tok512.bin</c>: int32 longest piece, then for each piece float32
/// score, int32 length, UTF-8 bytes, all little endian.</summary>
internal static class Llama2cVocabulary
{
    /// <exception cref="InvalidInputException">Not such a file.</exception>
    public static SentencePieceModel ReadJson(byte[] json, string file)
    {
        using var document = TokenizerJson.Parse(json, file);
        var pieces = JsonPart.Root(document.RootElement, file).Need("pieces").Items()
            .Select(piece => (Id: piece.Need("id").Integer(), Text: piece.Need("piece").Text(), Score: (float)piece.Need("score").Number(), Part: piece)).ToList();
        for (var i = 0; i < pieces.Count; i++)
            if (pieces[i].Id != i) throw pieces[i].Part.Fault($"must have the id {i}, as pieces are listed by id (it has {pieces[i].Id})");
        return Model([.. pieces.Select(piece => (piece.Text, piece.Score))], file);
    }

    /// <exception cref="InvalidInputException">Not such a file.</exception>
    public static SentencePieceModel ReadBinary(ReadOnlySpan<byte> data, string file)
    {
        List<(string Text, float Score)> pieces = [];
        var at = 4;
        while (at < data.Length)
        {
            var length = at + 8 <= data.Length ? BinaryPrimitives.ReadInt32LittleEndian(data[(at + 4)..]) : -1;
            if (length < 0 || length > data.Length - at - 8)
                throw new InvalidInputException(file, $"isn't a llama2.c vocabulary: piece {pieces.Count} at byte {at} runs past the end");
            pieces.Add((Encoding.UTF8.GetString(data.Slice(at + 8, length)), BinaryPrimitives.ReadSingleLittleEndian(data[at..])));
            at += 8 + length;
        }
        return Model(pieces, file);
    }

    private static SentencePieceModel Model(List<(string Text, float Score)> pieces, string file)
    {
        if (pieces.Count < 3) throw new InvalidInputException(file, $"must hold at least 3 pieces, unknown, BOS and EOS (it holds {pieces.Count})");
        return new([.. pieces.Select((piece, id) => new ScoredPiece(piece.Text, piece.Score, Type(id, piece.Text)))])
        {
            IsBpe = true, RemoveExtraWhitespaces = false, EscapeWhitespaces = false, ByteFallback = true, UnknownId = 0, BosId = 1, EosId = 2,
        };
    }

    private static PieceType Type(int id, string text) => id switch
    {
        0 => PieceType.Unknown,
        1 or 2 => PieceType.Control,
        _ => ByteFallbackDecoder.ByteOf(text) is null ? PieceType.Normal : PieceType.Byte,
    };
}
