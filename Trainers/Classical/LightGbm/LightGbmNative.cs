using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MLPipes.Trainers;

/// <summary>The calls of LightGBM's C interface (c_api.h of 4.7.0) that training takes. Each returns 0, or −1 with <see cref="LastError"/> set.</summary>
internal static partial class LightGbmNative
{
    /// <summary>C_API_DTYPE_FLOAT32.</summary>
    public const int Float32 = 0;

    /// <summary>C_API_DTYPE_INT32.</summary>
    public const int Int32 = 2;

    private const string Library = LightGbmLibrary.Name;

    /// <summary>Turns a failed call into an error; to be called on the thread that made the call.</summary>
    public static void Check(int result)
    {
        if (result != 0) throw new TrainingException(nameof(LightGbm), $"the native library refused: {LastError()}");
    }

    public static string LastError() => Marshal.PtrToStringUTF8(LGBM_GetLastError()) ?? "no reason given";

    [LibraryImport(Library)]
    private static partial nint LGBM_GetLastError();

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetCreateFromMat", StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int DatasetFromDense(float* data, int type, int rows, int columns, int isRowMajor, string parameters, nint reference, out DatasetHandle dataset);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetCreateFromCSR", StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int DatasetFromSparse(int* rowStarts, int startType, int* indices, float* values, int valueType, long starts, long stored, long columns,
        string parameters, nint reference, out DatasetHandle dataset);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetGetSubset", StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int DatasetSubset(DatasetHandle dataset, int* rows, int count, string parameters, out DatasetHandle subset);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetSetField", StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int DatasetSetField(DatasetHandle dataset, string field, float* values, int count, int type);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetFree")]
    public static partial int DatasetFree(nint dataset);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterCreate", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int BoosterCreate(DatasetHandle training, string parameters, out BoosterHandle booster);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterAddValidData")]
    public static partial int BoosterAddValidation(BoosterHandle booster, DatasetHandle validation);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterUpdateOneIter")]
    public static partial int BoosterUpdate(BoosterHandle booster, out int finished);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterGetCurrentIteration")]
    public static partial int BoosterIterations(BoosterHandle booster, out int iterations);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterGetPredict")]
    public static unsafe partial int BoosterPredictions(BoosterHandle booster, int dataset, out long length, double* predictions);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterPredictForMat", StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int BoosterPredictDense(BoosterHandle booster, float* data, int type, int rows, int columns, int isRowMajor, int kind, int start, int iterations,
        string parameters, out long length, double* predictions);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterSaveModelToString")]
    public static unsafe partial int BoosterToText(BoosterHandle booster, int start, int iterations, int importance, long capacity, out long length, byte* text);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterFree")]
    public static partial int BoosterFree(nint booster);
}

/// <summary>A native data set: features in bins, label and weights.</summary>
internal sealed class DatasetHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    private long pressure;

    /// <summary>Tells the collector what the data set weighs, so that a forgotten one is found in time.</summary>
    public void Weigh(long bytes)
    {
        pressure = Math.Max(1, bytes);
        GC.AddMemoryPressure(pressure);
    }

    protected override bool ReleaseHandle()
    {
        if (pressure > 0) GC.RemoveMemoryPressure(pressure);
        return LightGbmNative.DatasetFree(handle) == 0;
    }
}

/// <summary>A native model in training.</summary>
internal sealed class BoosterHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => LightGbmNative.BoosterFree(handle) == 0;
}
