namespace MtlStudio.Core.Estimates;

/// <summary>What keeping the layers' frozen weights in few bits saves (<c>model.quantize</c>).</summary>
public static class PackedWeights
{
    private const long Number = sizeof(float), Block = 64, ScaleBlock = 256;

    /// <summary>Bytes less than with so many bytes a number; one weight at a time, the largest at the peak, is unpacked for its product.</summary>
    public static long Saved(ModelShapes model, string quantize, long width = Number)
    {
        if (quantize == "none") return 0;
        var matrices = model.Tensors.Where(tensor => tensor is { IsMatrix: true, Layer: not null }).ToList();
        return matrices.Sum(matrix => width * matrix.Elements - Bytes(matrix, quantize)) - (matrices.Count == 0 ? 0 : width * matrices.Max(matrix => matrix.Elements));
    }

    private static long Bytes(TensorShape matrix, string quantize)
    {
        var blocks = (matrix.Elements + Block - 1) / Block;
        return quantize switch
        {
            "nf4" => (matrix.Elements + 1) / 2 + Number * blocks,
            "nf4-double" => (matrix.Elements + 1) / 2 + blocks + Number * ((blocks + ScaleBlock - 1) / ScaleBlock),
            _ => matrix.Elements + Number * matrix.Shape[0],
        };
    }
}
