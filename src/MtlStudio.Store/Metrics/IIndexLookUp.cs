namespace MtlStudio.Store.Metrics;

/// <summary>A query of one number by an index, asked thousands of times for one chart.</summary>
internal interface IIndexLookUp : IDisposable
{
    /// <summary>The first column of the first row; null where there is none. It sees what the connection's transaction sees.</summary>
    double? Find(long index);
}
