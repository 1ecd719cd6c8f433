using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tokenizers.SentencePiece;

/// <summary>Reads a SentencePiece <c>.model</c> file (sentencepiece_model.proto).</summary>
internal static class SentencePieceModelReader
{
    private const int Unigram = 1, Bpe = 2;

    /// <exception cref="InvalidInputException">Not such a file, or a kind of model that isn't supported.</exception>
    public static SentencePieceModel Read(ReadOnlySpan<byte> data, string file)
    {
        try
        {
            return Model(data, file);
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidInputException(file, $"isn't a SentencePiece model ({fault.Message}): copy the file again from where the model came from");
        }
    }

    private static SentencePieceModel Model(ReadOnlySpan<byte> data, string file)
    {
        List<ScoredPiece> pieces = [];
        var trainer = new Trainer();
        var model = new SentencePieceModel(pieces);
        var reader = new ProtobufReader(data);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    pieces.Add(Piece(reader.Bytes));
                    break;
                case 2:
                    trainer = TrainerSpec(reader.Bytes);
                    break;
                case 3:
                    model = NormalizerSpec(model, reader.Bytes);
                    break;
            }
        }
        if (pieces.Count == 0) throw new InvalidDataException("it holds no pieces");
        if (trainer.ModelType is not (Unigram or Bpe))
            throw new InvalidInputException(file, $"is a SentencePiece model of words or characters (model_type {trainer.ModelType}): only BPE and unigram models can be read");
        if (model.Charsmap.Length > 0) _ = new Charsmap(model.Charsmap);
        int? Role(string piece, PieceType type) => pieces.FindIndex(p => p.Text == piece && p.Type == type) is >= 0 and var id ? id : null;
        return model with
        {
            IsBpe = trainer.ModelType == Bpe,
            TreatWhitespaceAsSuffix = trainer.WhitespaceAsSuffix,
            ByteFallback = trainer.ByteFallback,
            UnknownSurface = trainer.UnknownSurface,
            UnknownId = pieces.FindIndex(p => p.Type == PieceType.Unknown) is >= 0 and var unknown ? unknown : null,
            BosId = Role(trainer.Bos, PieceType.Control),
            EosId = Role(trainer.Eos, PieceType.Control),
            PadId = Role(trainer.Pad, PieceType.Control),
        };
    }

    private sealed record Trainer
    {
        public int ModelType { get; set; } = Unigram;

        public bool WhitespaceAsSuffix { get; set; }

        public bool ByteFallback { get; set; }

        public string UnknownSurface { get; set; } = " \u2047 ";

        public string Bos { get; set; } = "<s>";

        public string Eos { get; set; } = "</s>";

        public string Pad { get; set; } = "<pad>";
    }

    private static ScoredPiece Piece(ReadOnlySpan<byte> data)
    {
        var reader = new ProtobufReader(data);
        var (text, score, type) = ("", 0f, PieceType.Normal);
        while (reader.Next())
        {
            if (reader.Field == 1) text = reader.Text;
            else if (reader.Field == 2) score = reader.Single;
            else if (reader.Field == 3) type = (PieceType)reader.Number;
        }
        return new(text, score, type);
    }

    private static Trainer TrainerSpec(ReadOnlySpan<byte> data)
    {
        var reader = new ProtobufReader(data);
        var trainer = new Trainer();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3:
                    trainer.ModelType = (int)reader.Number;
                    break;
                case 24:
                    trainer.WhitespaceAsSuffix = reader.Flag;
                    break;
                case 35:
                    trainer.ByteFallback = reader.Flag;
                    break;
                case 44:
                    trainer.UnknownSurface = reader.Text;
                    break;
                case 46:
                    trainer.Bos = reader.Text;
                    break;
                case 47:
                    trainer.Eos = reader.Text;
                    break;
                case 48:
                    trainer.Pad = reader.Text;
                    break;
            }
        }
        return trainer;
    }

    private static SentencePieceModel NormalizerSpec(SentencePieceModel model, ReadOnlySpan<byte> data)
    {
        var reader = new ProtobufReader(data);
        while (reader.Next())
        {
            model = reader.Field switch
            {
                2 => model with { Charsmap = reader.Bytes.ToArray() },
                3 => model with { AddDummyPrefix = reader.Flag },
                4 => model with { RemoveExtraWhitespaces = reader.Flag },
                5 => model with { EscapeWhitespaces = reader.Flag },
                _ => model,
            };
        }
        return model;
    }
}
