namespace MtlStudio.Core.Tokenizers.SentencePiece;

/// <summary>A stretch of the normalized text, in UTF-16 units, and the piece it is; -1 where no piece covers it.</summary>
internal readonly record struct Segment(int Id, int From, int To);

/// <summary>Divides normalized text into pieces. Safe for use by several threads.</summary>
internal interface IPieceSegmenter
{
    List<Segment> Divide(string text);
}
