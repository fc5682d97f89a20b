using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>A short text that is equal for equal tables: a hash over names, kinds and cells.</summary>
internal static class DataFingerprint
{
    public static string Of(Table table)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Column column in table.Columns)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{column.Name}\0{column.Kind}\0"));
            switch (column)
            {
                case NumberColumn number: hash.AppendData(MemoryMarshal.AsBytes(number.Values)); break;
                case IntegerColumn integer: hash.AppendData(MemoryMarshal.AsBytes(integer.Values)); break;
                case BooleanColumn boolean: hash.AppendData(boolean.Values); break;
                case DateColumn date: hash.AppendData(MemoryMarshal.AsBytes(date.Ticks)); break;
                case VectorColumn vector: hash.AppendData(MemoryMarshal.AsBytes(vector.Values)); break;
                case CategoryColumn category:
                    hash.AppendData(MemoryMarshal.AsBytes(category.Codes));
                    foreach (string name in category.Categories) hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0"));
                    break;
                default:
                    for (int row = 0; row < column.Count; row++) hash.AppendData(Encoding.UTF8.GetBytes($"{column.TextAt(row) ?? "\u0001"}\0"));
                    break;
            }
        }
        return string.Create(CultureInfo.InvariantCulture, $"{table.RowCount}x{table.Columns.Count}:{Convert.ToHexStringLower(hash.GetHashAndReset()[..8])}");
    }
}
