[playlist]
File1=Amber Foxes/01 Winter Light.flac
Title1=Amber Foxes - Winter Light
Length1=214
File2=http://example.org:8000/live
Title2=Night Radio
Length2=-1
NumberOfEntries=2
Version=2
