namespace MtlStudio.Core.Tokenizers.Decoders;

/// <summary>One step from token texts to text; what is left after the last step is joined.</summary>
internal interface IDecoder
{
    List<string> Decode(List<string> tokens);
}
